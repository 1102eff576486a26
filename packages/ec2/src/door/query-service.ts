import type { Caller } from '../account/caller.ts'
import { ActionError } from '../action/errors.ts'
import { wrapAnswer, wrapError, type AwsError } from '../codec/envelope.ts'
import { RequestFormError } from '../codec/errors.ts'
import { growQueryTree } from '../codec/query-tree.ts'
import { readQuery, type Fields, type QueryDialect } from '../codec/read-query.ts'
import { createXmlWriter } from '../codec/write-xml.ts'
import type { ServiceModel } from '../model/service-model.ts'
import type { Operation } from '../model/shape.ts'
import { codeIn } from './codes.ts'
import type { Call } from './dispatcher.ts'
import type { DoorAnswer, DoorRequest, ServiceDoor } from './service-door.ts'
import { statusOf } from './status.ts'

/** Returns a service whose clients send forms and read XML. */
export function createQueryService(
  service: string,
  model: ServiceModel,
  dispatch: (call: Call) => Promise<Fields>,
): ServiceDoor {
  const { namespace } = model
  const dialect: QueryDialect = service === 'ec2' ? 'ec2' : 'query'

  async function answer(
    request: DoorRequest,
    caller: Caller,
    requestId: string,
  ): Promise<DoorAnswer> {
    const { action, parameters } = readForm(request)
    const operation = operationOf(model, action)
    const input = readQuery(operation.input, growQueryTree(parameters), dialect)
    const { sourceAddress } = request
    const call = { service, action, input, caller, sourceAddress, requestId }
    const fields = await dispatch(call)
    const members =
      operation.output.members.length === 0 && dialect === 'ec2'
        ? '<return>true</return>'
        : createXmlWriter(operation.output)(fields)
    const body = wrapAnswer({ dialect, action, namespace, requestId }, members)
    return { status: 200, headers: headersOf(requestId), body }
  }

  function refuse(error: AwsError, requestId: string): DoorAnswer {
    const awsCode = codeIn(dialect, error.awsCode)
    const body = wrapError({ dialect, namespace, requestId }, { ...error, awsCode })
    return { status: statusOf(awsCode), headers: headersOf(requestId), body }
  }

  return { answer, refuse }
}

function headersOf(requestId: string): Readonly<Record<string, string>> {
  return { 'content-type': 'text/xml;charset=UTF-8', 'x-amzn-requestid': requestId }
}

type Form = {
  readonly action: string
  readonly parameters: readonly (readonly [string, string])[]
}

/** What is in the body of a POST, or in the query of a presigned GET. */
function readForm({ method, target, body }: DoorRequest): Form {
  const at = target.indexOf('?')
  const query = at < 0 ? '' : target.slice(at + 1)
  const text = method === 'GET' ? query : decode(body)
  const parameters = [...new URLSearchParams(text)]
  const action = parameters.find(([name]) => name === 'Action')?.[1]
  if (action === undefined) {
    throw new RequestFormError('MissingAction', 'The request must contain the parameter Action')
  }
  const own = parameters.filter(
    ([name]) => name !== 'Action' && name !== 'Version' && !name.startsWith('X-Amz-'),
  )
  return { action, parameters: own }
}

function decode(body: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body)
  } catch {
    throw new RequestFormError('MalformedQueryString', 'The body is no UTF-8.')
  }
}

function operationOf({ operations, unserved }: ServiceModel, action: string): Operation {
  const operation = operations.get(action)
  if (operation !== undefined) return operation
  if (unserved.has(action)) {
    throw new ActionError('UnsupportedOperation', `${action} is not served here.`)
  }
  throw new ActionError(
    'InvalidAction',
    `The action ${action.slice(0, 100)} is not valid for this web service.`,
  )
}
