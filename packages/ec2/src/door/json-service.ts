import type { Caller } from '../account/caller.ts'
import { ActionError } from '../action/errors.ts'
import type { AwsError } from '../codec/envelope.ts'
import { RequestFormError } from '../codec/errors.ts'
import { readJson } from '../codec/read-json.ts'
import type { Fields } from '../codec/read-query.ts'
import { writeJson } from '../codec/write-json.ts'
import type { ServiceModel } from '../model/service-model.ts'
import type { Operation } from '../model/shape.ts'
import { codeIn } from './codes.ts'
import type { Call } from './dispatcher.ts'
import type { DoorAnswer, DoorRequest, ServiceDoor } from './service-door.ts'
import { statusOf } from './status.ts'

/** Returns a service whose clients send and read JSON (AWS's protocol JSON 1.1). */
export function createJsonService(
  service: string,
  model: ServiceModel,
  dispatch: (call: Call) => Promise<Fields>,
): ServiceDoor {
  async function answer(
    request: DoorRequest,
    caller: Caller,
    requestId: string,
  ): Promise<DoorAnswer> {
    const operation = operationOf(model, request.headers['x-amz-target'] ?? '')
    const input = readJson(operation.input, decode(request.body))
    const { sourceAddress } = request
    const call = { service, action: operation.name, input, caller, sourceAddress, requestId }
    const body = writeJson(operation.output, await dispatch(call))
    return { status: 200, headers: headersOf(requestId), body }
  }

  function refuse(error: AwsError, requestId: string): DoorAnswer {
    const code = codeIn('json', error.awsCode)
    return {
      status: statusOf(code),
      headers: { ...headersOf(requestId), 'x-amzn-errortype': code },
      body: jsonError({ ...error, awsCode: code }),
    }
  }

  return { answer, refuse }
}

/** Returns what an error is told by. */
export function jsonError({ awsCode, message }: Pick<AwsError, 'awsCode' | 'message'>): string {
  return JSON.stringify({ __type: awsCode, message })
}

function headersOf(requestId: string): Readonly<Record<string, string>> {
  return { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-requestid': requestId }
}

function operationOf({ namespace, operations, unserved }: ServiceModel, target: string): Operation {
  const [prefix = '', action = ''] = target.split('.', 2)
  const operation = prefix === namespace ? operations.get(action) : undefined
  if (operation !== undefined) return operation
  if (prefix === namespace && unserved.has(action)) {
    throw new ActionError('UnsupportedOperation', `${action} is not served here.`)
  }
  throw new ActionError(
    'UnknownOperationException',
    `The target ${target.slice(0, 100)} is no operation.`,
  )
}

function decode(body: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body)
  } catch {
    throw new RequestFormError('SerializationException', 'The body is no UTF-8.')
  }
}
