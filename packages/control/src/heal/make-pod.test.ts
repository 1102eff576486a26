import { expect, test } from 'vitest'

import type { Instance } from './instance.ts'
import { makePod } from './make-pod.ts'

const birth = { fencingToken: 1, nowMs: 0 }

test('a pod says what each container may have, also where its instance does not', () => {
  const { spec } = makePod(
    instance({
      containers: [
        { name: 'silent' },
        { name: 'asks', resources: { requests: { cpu: '200m' }, limits: { cpu: '2' } } },
      ],
      initContainers: [{ name: 'first', resources: { requests: { memory: '1Gi' } } }],
    }),
    birth,
  )
  expect([...(spec?.containers ?? []), ...(spec?.initContainers ?? [])]).toEqual([
    {
      name: 'silent',
      resources: {
        limits: { cpu: '500m', memory: '512Mi' },
        requests: { cpu: '500m', memory: '512Mi' },
      },
    },
    {
      name: 'asks',
      resources: {
        limits: { cpu: '2', memory: '512Mi' },
        requests: { cpu: '200m', memory: '512Mi' },
      },
    },
    {
      name: 'first',
      resources: {
        limits: { cpu: '500m', memory: '1Gi' },
        requests: { cpu: '500m', memory: '1Gi' },
      },
    },
  ])
})

test('what is no template of a pod is left to the API to refuse', () => {
  const broken = instance(JSON.parse('{"containers":"none"}'))
  expect(makePod(broken, birth).spec).toEqual({ containers: 'none' })
})

function instance(spec: Instance['spec']['template']['spec']): Instance {
  return { metadata: { name: 'web', namespace: 'default' }, spec: { template: { spec } } }
}
