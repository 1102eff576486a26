import type { Kind } from '@nexqloud/kube'

/** What the record has of an instance. */
export type InstanceRecord = {
  /** Oldest first. */
  readonly events: readonly {
    readonly at: string
    readonly type: string
    readonly cause: string
    readonly actor: string
    readonly message: string
    readonly evidence: string
    readonly device: string
    readonly pod: string
  }[]
  /** Its containers that wrote, in the order in which they began. */
  readonly logs: readonly {
    readonly pod: string
    readonly container: string
    readonly device: string
    readonly from: string
    readonly until: string
  }[]
  /** When a masternode had no database. */
  readonly outages: readonly {
    readonly masternode: number
    readonly from: string
    readonly until: string
    readonly why: string
  }[]
}

/** The newest lines that an instance wrote, wherever it ran, oldest first. */
export type InstanceLog = {
  readonly lines: readonly {
    readonly pod: string
    readonly device: string
    readonly at: string
    readonly text: string
  }[]
}

/** The record, for a client; its subresource `log` is an {@link InstanceLog}. */
export const instanceRecords: Kind<InstanceRecord> = {
  group: 'record.nexqloud.io',
  version: 'v1',
  kind: 'InstanceRecord',
  plural: 'instancerecords',
  isNamespaced: true,
}

/** {@link instanceRecords} again, for what its subresource `log` gives. */
export const instanceLogs = instanceRecords as Kind<object> as Kind<InstanceLog>
