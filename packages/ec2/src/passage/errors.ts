import { BaseError, MOST_EGRESS_PASSAGES } from '@nexqloud/kernel'

/** What an instance's groups let out is more than a device can be told. */
export class TooManyPassagesError extends BaseError {
  constructor(instance: string, leftOut: number) {
    const count = MOST_EGRESS_PASSAGES + leftOut
    super(
      `The groups of ${instance} come to ${count} outbound passages; a device takes ${MOST_EGRESS_PASSAGES}.`,
      {
        code: 'EC2_PASSAGES_TOO_MANY',
        kind: 'invalid',
        hint: 'The first ones count, the rest is closed. Name blocks of addresses instead of single ones, or groups with fewer members.',
      },
    )
  }
}
