/** Returns the code of AWS's that a failure is told by; nothing where it is a fault of ours. */
export function awsCodeOf(failure: unknown): string | undefined {
  const isTold =
    failure instanceof Error && 'awsCode' in failure && typeof failure.awsCode === 'string'
  return isTold ? (failure as Error & { readonly awsCode: string }).awsCode : undefined
}
