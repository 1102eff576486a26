import type { Algorithms } from 'ssh2'

/** What is spoken: nothing with SHA-1, CBC, or a MAC of what is not encrypted yet, which today's clients offer for old servers alone. */
export const algorithms = {
  // Curves alone: a Diffie-Hellman of 4096 or 8192 bits costs the process many milliseconds for whoever only dials.
  kex: [
    'curve25519-sha256',
    'curve25519-sha256@libssh.org',
    'ecdh-sha2-nistp256',
    'ecdh-sha2-nistp384',
    'ecdh-sha2-nistp521',
  ],
  serverHostKey: ['ssh-ed25519'],
  cipher: [
    'aes128-gcm@openssh.com',
    'aes256-gcm@openssh.com',
    'chacha20-poly1305@openssh.com',
    'aes128-ctr',
    'aes192-ctr',
    'aes256-ctr',
  ],
  hmac: ['hmac-sha2-256-etm@openssh.com', 'hmac-sha2-512-etm@openssh.com'],
  // What is compressed before somebody is known may be small, and become large.
  compress: ['none'],
} as const satisfies Algorithms
