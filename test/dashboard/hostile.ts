/** Texts that a sender may put into any field, and that no page may take for anything else than text. */

/** Markup, scripts, addresses, formats, directions, and letters that are none. */
export const HOSTILE = [
  '<script>window.hit=1</script>',
  '"><svg/onload=window.hit=1>',
  'javascript:window.hit=1',
  "'-alert(1)-'",
  '{{constructor.constructor("window.hit=1")()}}',
  '${window.hit=1}',
  '</title></style></textarea><iframe src=javascript:window.hit=1>',
  '%3Cscript%3Ewindow.hit=1%3C/script%3E',
  '\u202Eright to left\u202D',
  '\u0000nul',
  'x'.repeat(190),
  '🧨'.repeat(60),
  'a\nb\tc',
  '=HYPERLINK("http://x","y")',
  '../../../etc/passwd',
  '__proto__',
  'constructor',
  'null',
  'undefined',
  '-0',
  '1e999',
  ' ',
];
