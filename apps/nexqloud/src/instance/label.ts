/** Source: labels as Kubernetes takes them, k8s.io/apimachinery `IsQualifiedName` and `IsValidLabelValue`. */
const PART = '[A-Za-z0-9](?:[A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?'
const DOMAIN = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*'
const KEY = new RegExp(`^(?:(?<domain>${DOMAIN})/)?${PART}$`)
const VALUE = new RegExp(`^(?:${PART})?$`)
/** What controllers write there is not a tenant's. */
const RESERVED = /(^|\.)(nexqloud\.io|kubernetes\.io|k8s\.io)$/

/** Returns a label and its value; or what is wrong with the text. */
export function parseLabel(text: string): readonly [key: string, value: string] | string {
  const equals = text.indexOf('=')
  const [key, value] = [text.slice(0, Math.max(0, equals)), text.slice(equals + 1)]
  const found = KEY.exec(key)
  if (found === null || !VALUE.test(value)) {
    return `--label ${text} is no label: write KEY=VALUE, of letters, digits, "-", "_" and ".", 63 at most.`
  }
  const domain = found.groups?.['domain'] ?? ''
  if (domain.length > 253) return `--label ${text} has a domain of more than 253 characters.`
  if (RESERVED.test(domain)) return `--label ${text}: what is below ${domain} is not yours to say.`
  return [key, value]
}
