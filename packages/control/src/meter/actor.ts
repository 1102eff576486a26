/** Who writes on behalf of metering. */
export const METER = 'nexqloud-meter'
