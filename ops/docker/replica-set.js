/** Run by mongosh once the three servers are up: makes the replica set and callviews' user, or finds both made. */
const root = encodeURIComponent(process.env.MONGO_ROOT_PASSWORD);
const admin = new Mongo(`mongodb://root:${root}@mongo-1:27017/?authSource=admin&directConnection=true`).getDB(
  'admin',
);
const members = ['mongo-1', 'mongo-2', 'mongo-3'].map((name, _id) => ({ _id, host: `${name}:27017` }));
try {
  admin.adminCommand({ replSetGetStatus: 1 });
} catch (error) {
  if (error.codeName !== 'NotYetInitialized') throw error;
  admin.adminCommand({ replSetInitiate: { _id: 'rs0', members } });
}
const hosts = members.map(({ host }) => host).join(',');
const set = new Mongo(`mongodb://root:${root}@${hosts}/?authSource=admin&replicaSet=rs0`).getDB('admin');
// Its own database whole, validators included; the oplog's ends for the runway metric.
const roles = [
  { role: 'readWrite', db: 'callviews' },
  { role: 'dbAdmin', db: 'callviews' },
  { role: 'read', db: 'local' },
];
const pwd = process.env.MONGO_PASSWORD;
if (set.getUser('callviews') === null) set.createUser({ user: 'callviews', pwd, roles });
else set.updateUser('callviews', { pwd, roles });
print('the replica set rs0 and the user callviews are there');
