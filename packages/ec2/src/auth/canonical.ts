/** Returns text as RFC 3986 writes it: all but its unreserved characters as bytes of hex. */
export function encodeUri(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replace(
    /[!'()*]/g,
    (each) => `%${each.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}

/** Returns a query in the one order and spelling that is signed, without the parameter that holds the signature. */
export function canonicalQuery(query: string, without: string): string {
  return [...new URLSearchParams(query.replaceAll('+', '%20'))]
    .filter(([name]) => name !== without)
    .map(([name, value]) => [encodeUri(name), encodeUri(value)] as const)
    .toSorted(([leftName, leftValue], [rightName, rightValue]) => {
      if (leftName !== rightName) return leftName < rightName ? -1 : 1
      return leftValue < rightValue ? -1 : 1
    })
    .map(([name, value]) => `${name}=${value}`)
    .join('&')
}
