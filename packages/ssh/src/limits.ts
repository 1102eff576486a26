type Pace = { readonly burst: number; readonly perSecond: number }

/** What is allowed to those who come, and to those who are in. */
export type SshLimits = {
  /** How long somebody may take to log in. */
  readonly loginMs: number
  /** New connections, from one client address and from all: at once, and in a second. */
  readonly handshakesPerAddress: Pace
  readonly handshakes: Pace
  /** Those who are logging in, at an instance and at all of them; one more has the oldest one of whoever has most of them leave. */
  readonly loginsPerInstance: number
  readonly logins: number
  /** Keys that one connection may try in vain. */
  readonly attempts: number
  /** Those who are in. */
  readonly connectionsPerInstance: number
  readonly connections: number
  /** Sessions and forwarded connections of one connection at a time. */
  readonly channels: number
  /** What sessions for files hold of what containers say, and of open files: one, and all together. */
  readonly heldBytesPerSession: number
  readonly heldBytes: number
  /** How often somebody who says nothing is asked, and after how many questions without an answer the connection is over. */
  readonly askMs: number
  readonly questions: number
  /** How long a connection may have no channel, and how long none of its channels may have a byte. */
  readonly unusedMs: number
  readonly silentMs: number
  /** What somebody who is told to leave is given for it. */
  readonly leaveMs: number
}

/** As OpenSSH's server has them, where it has such limits: LoginGraceTime, MaxStartups, MaxAuthTries. */
export const sshLimitsByDefault: SshLimits = Object.freeze({
  loginMs: 120_000,
  handshakesPerAddress: { burst: 30, perSecond: 5 },
  handshakes: { burst: 200, perSecond: 50 },
  loginsPerInstance: 100,
  logins: 500,
  attempts: 6,
  connectionsPerInstance: 256,
  connections: 2048,
  channels: 64,
  heldBytesPerSession: 12 << 20,
  heldBytes: 128 << 20,
  askMs: 30_000,
  questions: 3,
  unusedMs: 600_000,
  silentMs: 24 * 3_600_000,
  leaveMs: 5000,
})
