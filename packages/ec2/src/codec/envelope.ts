import type { QueryDialect } from './read-query.ts'
import { escapeXml } from './write-xml.ts'

/** What stands around an answer. */
export type Envelope = {
  readonly dialect: QueryDialect
  readonly action: string
  readonly namespace: string
  readonly requestId: string
}

const DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'

/** Returns an answer: EC2 writes its members beside the request's id, the others within a result of its own. */
export function wrapAnswer(
  { dialect, action, namespace, requestId }: Envelope,
  members: string,
): string {
  const id = escapeXml(requestId)
  const inner =
    dialect === 'ec2'
      ? `<requestId>${id}</requestId>${members}`
      : `<${action}Result>${members}</${action}Result><ResponseMetadata><RequestId>${id}</RequestId></ResponseMetadata>`
  return `${DECLARATION}<${action}Response xmlns="${escapeXml(namespace)}">${inner}</${action}Response>`
}

/** What went wrong, in the words of the API. */
export type AwsError = {
  /** E.g. `InvalidInstanceID.NotFound`: clients compare it. */
  readonly awsCode: string
  readonly message: string
  /** Whose fault it is. */
  readonly isSenders: boolean
}

/** Returns what an error is told by; `members` are those that its model has besides. */
export function wrapError(
  { dialect, namespace, requestId }: Omit<Envelope, 'action'>,
  { awsCode, message, isSenders }: AwsError,
  members = '',
): string {
  const id = escapeXml(requestId)
  const code = `<Code>${escapeXml(awsCode)}</Code><Message>${escapeXml(message)}</Message>${members}`
  if (dialect === 'ec2') {
    return `${DECLARATION}<Response><Errors><Error>${code}</Error></Errors><RequestID>${id}</RequestID></Response>`
  }
  const type = `<Type>${isSenders ? 'Sender' : 'Receiver'}</Type>`
  return `${DECLARATION}<ErrorResponse xmlns="${escapeXml(namespace)}"><Error>${type}${code}</Error><RequestId>${id}</RequestId></ErrorResponse>`
}
