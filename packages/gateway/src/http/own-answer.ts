/** What the gateway answers for itself. */
export type OwnAnswer = {
  readonly status: keyof typeof phrases
  /** For people, as a sentence. */
  readonly text: string
  readonly retryAfterSeconds?: number
}

const phrases = {
  400: 'Bad Request',
  403: 'Forbidden',
  404: 'Not Found',
  408: 'Request Timeout',
  417: 'Expectation Failed',
  431: 'Request Header Fields Too Large',
  501: 'Not Implemented',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
  505: 'HTTP Version Not Supported',
} as const

/** Returns an answer of our own, whole. */
export function encodeOwnAnswer(
  { status, text, retryAfterSeconds }: OwnAnswer,
  { isHead, mustClose }: { readonly isHead: boolean; readonly mustClose: boolean },
): Buffer {
  const body = `${text}\n`
  const lines = [
    `HTTP/1.1 ${status} ${phrases[status]}`,
    'Content-Type: text/plain; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    ...(retryAfterSeconds === undefined ? [] : [`Retry-After: ${retryAfterSeconds}`]),
    ...(mustClose ? ['Connection: close'] : []),
  ]
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n${isHead ? '' : body}`)
}

/** Returns what a request is answered with where a limit is reached. */
export function tooMany(what: string): OwnAnswer {
  return {
    status: 503,
    text: `${what}; there is no room for more. Try again soon.`,
    retryAfterSeconds: 5,
  }
}

/** Returns what a request is answered with that an instance did not answer. */
export function noAnswer({
  id,
  port,
  reason,
  mayRetry,
}: {
  readonly id: string
  readonly port: number
  readonly reason: string
  /** Whether it may be asked again without harm. */
  readonly mayRetry: boolean
}): OwnAnswer {
  const isRefused = reason.includes('ECONNREFUSED')
  const what = isRefused ? 'Nothing listens on' : 'There was no whole answer on'
  const isOpen = !isRefused && !mayRetry
  const text = `${what} port ${port} of ${id}: ${reason}`
  return { status: 502, text: isOpen ? `${text} Whether the request was done is not known.` : text }
}
