import type { ColumnType } from 'kysely'

/** A time that is written and read as a Date. */
type Time = ColumnType<Date, Date, Date>

/** What happened, once for each time that it did. */
type EventTable = {
  /** Follows from what it tells: who writes it twice writes it once. */
  key: string
  /** What it is about. */
  subject: 'instance' | 'device' | 'masternode' | 'account'
  /** The account's; empty for devices and masternodes. */
  namespace: string
  name: string
  /** Empty where it is about no pod. */
  pod_uid: string
  /** Empty where it is about no device. */
  device: string
  type: string
  /** One word for programs. */
  cause: string
  actor: string
  message: string
  /** What it was decided by; empty where nobody says. */
  evidence: string
  at: Time
}

/** A container that wrote. */
type LogStreamTable = {
  pod_uid: string
  container: string
  namespace: string
  /** The pod's name, which is its instance's. */
  name: string
  device: string
  /** By the masternode's clock. */
  started_at: Time
  written_at: Time
}

/** A line that a container wrote, or what is said in the place of lines that were lost. */
type LogLineTable = {
  pod_uid: string
  container: string
  /** By the device's clock: 2026-01-02T03:04:05.123456789Z, so that texts stand in the order of times. */
  at: string
  /** Tells lines of one moment apart. */
  ordinal: number
  is_gap: boolean
  text: string
}

/** When a masternode had no database. */
type OutageTable = {
  /** A server gives bigint as text, since not all of them fit a number; ids do. */
  masternode: ColumnType<number | string, number, number>
  from_at: Time
  until_at: Time
  why: string
}

/** The tables of the record. */
export type Schema = {
  event: EventTable
  log_stream: LogStreamTable
  log_line: LogLineTable
  outage: OutageTable
}
