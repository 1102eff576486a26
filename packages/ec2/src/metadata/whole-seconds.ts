/** Returns a moment (ISO 8601) in whole seconds, as EC2 tells moments to instances. */
export function toWholeSeconds(moment: string): string {
  return moment.replace(/\.\d+Z$/, 'Z')
}
