/** Classes of bytes in a head (RFC 9110, section 5; RFC 9112, sections 3 and 5), as tables: a head is looked at byte by byte. */

/** CR, LF, SP and HTAB. */
export const [CR, LF, SP, HTAB] = [0x0d, 0x0a, 0x20, 0x09] as const

/**
 * What a byte of a token counts as where names are compared: lower case, and `_` as `-`, since gateways that programs are written
 * for (CGI, WSGI) make both the same. 0: no byte of a token.
 */
export const foldedTokenBytes: Uint8Array = fillTable((byte) => {
  const character = String.fromCharCode(byte)
  if (!/[!#$%&'*+\-.^_`|~0-9A-Za-z]/.test(character)) return 0
  return character === '_' ? 0x2d : character.toLowerCase().charCodeAt(0)
})

/** 1: may stand in a field's value: visible, space, tab, or beyond ASCII. */
export const valueBytes: Uint8Array = fillTable((byte) =>
  byte === HTAB || (byte >= SP && byte !== 0x7f) ? 1 : 0,
)

/** 1: may stand in a request's target: visible ASCII, but for `#`, which begins what no client sends. */
export const targetBytes: Uint8Array = fillTable((byte) =>
  byte > SP && byte < 0x7f && byte !== 0x23 ? 1 : 0,
)

/** 1: may stand in a host with its port; what else a host allows, no resolver does. */
export const hostBytes: Uint8Array = fillTable((byte) =>
  /[-._:[\]0-9A-Za-z]/.test(String.fromCharCode(byte)) ? 1 : 0,
)

/** The value of a hexadecimal digit; 255: none. */
export const hexDigits: Uint8Array = fillTable((byte) => {
  const character = String.fromCharCode(byte)
  return /[0-9A-Fa-f]/.test(character) ? Number.parseInt(character, 16) : 255
})

function fillTable(valueOf: (byte: number) => number): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, byte) => valueOf(byte))
}
