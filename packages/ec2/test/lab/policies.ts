/** Returns a policy that allows some actions on everything. */
export const allowing = (...Action: readonly string[]): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action, Resource: '*' }],
  })

/** Returns a policy by which a service becomes a role. */
export const trusting = (Service: string): string =>
  JSON.stringify({
    Statement: { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service } },
  })
