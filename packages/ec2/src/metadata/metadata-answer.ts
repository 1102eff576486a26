/** What an instance asks of its metadata, as it came over HTTP. */
export type MetadataRequest = {
  readonly method: string
  /** Path and query. */
  readonly target: string
  /** By names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>
}

/** What it is answered. */
export type MetadataAnswer = {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
}

/** What EC2 refuses metadata with. */
const refusals = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
} as const

/** How EC2 calls its server there; cloud-init knows EC2 by other things. */
const SERVER = 'EC2ws'

/** Returns the page with which something is refused, as EC2 has it: clients look at its status alone. */
export function refuseMetadata(status: keyof typeof refusals): MetadataAnswer {
  const title = `${status} - ${refusals[status]}`
  const page = [
    '<?xml version="1.0" encoding="iso-8859-1"?>',
    '<html xmlns="http://www.w3.org/1999/xhtml" xml:lang="en" lang="en">',
    ` <head><title>${title}</title></head>`,
    ` <body><h1>${title}</h1></body>`,
    '</html>',
    '',
  ].join('\n')
  return {
    status,
    headers: { 'content-type': 'text/html', server: SERVER },
    body: Buffer.from(page),
  }
}

/** Returns the answer that says something. */
export function tellMetadata(
  said: string | Uint8Array,
  headers: Readonly<Record<string, string>> = {},
): MetadataAnswer {
  const type = typeof said === 'string' ? 'text/plain' : 'application/octet-stream'
  return {
    status: 200,
    headers: { 'content-type': type, server: SERVER, ...headers },
    body: typeof said === 'string' ? Buffer.from(said) : said,
  }
}
