/** The room in front of the database: how many deliveries, and how many bytes of them, are taken in and not yet kept. */

/** Its bounds. */
export type RoomLimits = { queueDocuments: number; queueBytes: number };

/** What is taken must be given back, once. */
export type Room = {
  /** Whether one more may be taken in; asked before a body is read. */
  hasRoom: () => boolean;
  take: (bytes: number) => void;
  give: (bytes: number) => void;
  /** Deliveries in it now. */
  depth: () => number;
};

/**
 * Makes an empty room.
 * @param limits its bounds; the one that passes them is the last that is let in
 */
export function createRoom({ queueDocuments, queueBytes }: RoomLimits): Room {
  const held = { documents: 0, bytes: 0 };
  return {
    hasRoom: () => held.documents < queueDocuments && held.bytes < queueBytes,
    take: (bytes) => {
      held.documents += 1;
      held.bytes += bytes;
    },
    give: (bytes) => {
      held.documents -= 1;
      held.bytes -= bytes;
    },
    depth: () => held.documents,
  };
}
