/**
 * Keccak-256: the 32-byte hash of some bytes. What it returns may be overwritten by the next call, so that a hash can
 * write into one place again and again; it must not keep the bytes it was given. Node has one: `hash('keccak-256', …)`.
 */
export type Keccak256 = (bytes: Uint8Array) => Uint8Array
