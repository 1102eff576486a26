import type * as Quotas from '@aws-sdk/client-service-quotas'

import { ActionError } from '../../action/errors.ts'
import type { HandlersOf } from '../../action/sdk-action.ts'
import { quotas, type Quota } from '../../quota/quotas.ts'
import type { Transaction } from '../../resource/transaction.ts'

/** What is served of Service Quotas. */
export type QuotaHandlers = HandlersOf<typeof Quotas, Transaction>

const serviceNames: Readonly<Record<Quota['service'], string>> = {
  ec2: 'Amazon Elastic Compute Cloud (Amazon EC2)',
  vpc: 'Amazon Virtual Private Cloud (Amazon VPC)',
  ebs: 'Amazon Elastic Block Store (Amazon EBS)',
}

/** Source: Service Quotas' API reference, ListServiceQuotas. */
const MOST_RESULTS = 100

/** What is served of Service Quotas: the very table that actions are held to. */
export const quotaActions: QuotaHandlers = {
  ListServiceQuotas: ({ ServiceCode, MaxResults = MOST_RESULTS, NextToken }, transaction) => {
    if (MaxResults < 1 || MaxResults > MOST_RESULTS) {
      throw new ActionError(
        'IllegalArgumentException',
        `MaxResults is from 1 to ${MOST_RESULTS}, not ${MaxResults}.`,
      )
    }
    const after = NextToken === undefined ? '' : parseToken(NextToken)
    const left = quotasOf(ServiceCode)
      .filter(({ code }) => code > after)
      .toSorted((one, other) => (one.code < other.code ? -1 : 1))
    const page = left.slice(0, MaxResults)
    const last = page.at(-1)
    const hasMore = last !== undefined && left.length > MaxResults
    return {
      Quotas: page.map((quota) => tellQuota(quota, transaction)),
      ...(hasMore && { NextToken: Buffer.from(last.code).toString('base64url') }),
    }
  },

  GetServiceQuota: ({ ServiceCode, QuotaCode }, transaction) => {
    const quota = quotasOf(ServiceCode).find(({ code }) => code === QuotaCode)
    if (quota !== undefined) return { Quota: tellQuota(quota, transaction) }
    throw new ActionError(
      'NoSuchResourceException',
      `The request failed because the specified service quota does not exist: ${QuotaCode}.`,
    )
  },
}

function quotasOf(service: string | undefined): readonly Quota[] {
  const found = Object.values(quotas).filter((quota) => quota.service === service)
  if (found.length > 0) return found
  throw new ActionError(
    'NoSuchResourceException',
    `The request failed because the specified service does not exist: ${service}.`,
  )
}

function tellQuota({ code, service, name, value }: Quota, { caller }: Transaction) {
  return {
    ServiceCode: service,
    ServiceName: serviceNames[service],
    QuotaArn: `arn:aws:servicequotas:${caller.region}:${caller.account.id}:${service}/${code}`,
    QuotaCode: code,
    QuotaName: name,
    Value: value,
    Unit: 'None',
    Adjustable: false,
    GlobalQuota: false,
    QuotaAppliedAtLevel: 'ACCOUNT' as const,
  }
}

function parseToken(token: string): string {
  const text = Buffer.from(token, 'base64url').toString()
  if (/^L-[0-9A-F]{8}$/.test(text)) return text
  throw new ActionError('InvalidPaginationTokenException', 'The token is none of this request.')
}
