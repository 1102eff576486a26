import { expect, test } from 'vitest'

import { portsOf } from './pod-ports.ts'

test('TCP ports are served, by request where their name says HTTP, each once', () => {
  const ports = [
    { containerPort: 80, name: 'http' },
    { containerPort: 8080, name: 'http-admin' },
    { containerPort: 22 },
    { containerPort: 53, protocol: 'UDP' },
    { containerPort: 80, name: 'http' },
  ]
  expect(portsOf({ containers: [{ name: 'main', ports }] })).toEqual([
    { port: 80, protocol: 'http' },
    { port: 8080, protocol: 'http' },
    { port: 22, protocol: 'tcp' },
  ])
})

test('a template that nobody checked costs no more sockets than 64', () => {
  const ports = Array.from({ length: 1000 }, (_, at) => ({ containerPort: at - 3 }))
  const served = portsOf({
    containers: [{ name: 'main', ports: [...ports, { containerPort: 1.5 }] }],
  })
  expect(served).toHaveLength(64)
  expect(served.every(({ port }) => port > 0)).toBe(true)
})
