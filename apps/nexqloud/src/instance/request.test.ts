import { expect, test } from 'vitest'

import { InvalidRequestError } from './errors.ts'
import { parseRequest, type RequestOptions } from './request.ts'

const nothing: RequestOptions = { restart: 'always' }

test('an image alone is an instance of its name, as large as the smallest size', () => {
  expect(parseRequest('ghcr.io/acme/my_app:1.2', [], nothing)).toEqual({
    name: 'my-app',
    isNameChosen: false,
    labels: {},
    spec: {
      runStrategy: 'Always',
      template: {
        spec: {
          schedulerName: 'nexqloud',
          restartPolicy: 'Always',
          containers: [
            {
              name: 'main',
              image: 'ghcr.io/acme/my_app:1.2',
              resources: {
                requests: { cpu: '100m', memory: '512Mi' },
                limits: { cpu: '500m', memory: '512Mi' },
              },
            },
          ],
        },
      },
    },
  })
})

test('which of them stops last is the instance’s, not its pod’s', () => {
  const { spec } = parseRequest('acme/app', [], { ...nothing, priority: -2 })
  expect(spec.priority).toBe(-2)
  expect(spec.template.spec).not.toHaveProperty('priority')
})

test('all that can be asked for stands in the pod', () => {
  const options: RequestOptions = {
    publish: ['80/http', '8081/http', '5432', '6379/tcp'],
    env: ['A=1', 'B=x=y', 'C='],
    name: 'web',
    type: 't3.small',
    restart: 'never',
    pullSecret: 'mine',
  }
  const { name, isNameChosen, spec } = parseRequest('nginx', ['sh', '-c', 'true'], options)
  expect([name, isNameChosen]).toEqual(['web', true])
  expect(spec.template.spec).toEqual({
    schedulerName: 'nexqloud',
    restartPolicy: 'Never',
    imagePullSecrets: [{ name: 'mine' }],
    containers: [
      {
        name: 'main',
        image: 'nginx',
        args: ['sh', '-c', 'true'],
        ports: [
          { containerPort: 80, name: 'http' },
          { containerPort: 8081, name: 'http-8081' },
          { containerPort: 5432, name: 'tcp' },
          { containerPort: 6379, name: 'tcp-6379' },
        ],
        readinessProbe: { tcpSocket: { port: 80 }, periodSeconds: 1 },
        env: [
          { name: 'A', value: '1' },
          { name: 'B', value: 'x=y' },
          { name: 'C', value: '' },
        ],
        resources: {
          requests: { cpu: '0.4', memory: '2048Mi' },
          limits: { cpu: '2', memory: '2048Mi' },
        },
      },
    ],
  })
})

test.each<readonly [image: string, options: Partial<RequestOptions>, problem: string]>([
  ['NGINX', {}, '"NGINX" is not the name of an image: write [registry/]repository[:tag].'],
  ['', {}, '"" is not the name of an image'],
  ['nginx', { name: 'Web' }, '--name Web is no name: 1 to 63 small letters'],
  ['nginx', { publish: ['0'] }, '-p 0 is no port: write 1 to 65535'],
  ['nginx', { publish: ['65536'] }, '-p 65536 is no port'],
  ['nginx', { publish: ['80/udp'] }, '-p 80/udp is no port'],
  ['nginx', { publish: ['8080:80'] }, '-p 8080:80 maps a port: an instance has an address'],
  ['nginx', { publish: ['80', '80/http'] }, '-p 80 is there twice.'],
  ['nginx', { env: ['HOME'] }, '-e HOME is no variable: write NAME=VALUE'],
  ['nginx', { env: ['=1'] }, '-e =1 is no variable'],
  ['nginx', { cpu: 'many' }, '--cpu many is no amount of CPU'],
  ['nginx', { cpu: '0' }, '--cpu 0 is no amount of CPU'],
  ['nginx', { memory: 'lots' }, '--memory lots is no amount: write e.g. 512Mi'],
  ['nginx', { memory: '512m' }, '"m" is a thousandth, 512Mi are 512 MiB'],
  ['nginx', { memory: '1Mi' }, '--memory 1Mi is less than the 6 MiB'],
  ['nginx', { type: 't3.huge' }, '--type t3.huge is no size; there are t3.nano, t3.micro'],
  ['nginx', { type: 'toString' }, '--type toString is no size'],
  ['nginx', { type: 't3.nano', cpu: '1' }, '--type says CPU and memory already'],
])('%s with %o is refused', (image, options, problem) => {
  expect(() => parseRequest(image, [], { ...nothing, ...options })).toThrow(problem)
})

test('all that is wrong is told at once', () => {
  const options = { ...nothing, publish: ['a', 'b'], env: ['c'], memory: 'd' }
  try {
    parseRequest('!', [], options)
    expect.unreachable()
  } catch (failure) {
    expect(failure).toBeInstanceOf(InvalidRequestError)
    expect(failure).toMatchObject({ code: 'INSTANCE_REQUEST_INVALID', kind: 'invalid' })
    expect((failure as InvalidRequestError).problems).toHaveLength(5)
  }
})
