import { execFileSync } from 'node:child_process'

import { expect, test } from 'vitest'

test('dockerode is loaded without gRPC and SSH, and is whole otherwise', () => {
  const file = new URL('load-dockerode.ts', import.meta.url).href
  const script = `
    import { createRequire } from 'node:module'
    const { loadDockerode } = await import(${JSON.stringify(file)})
    const Docker = loadDockerode()
    const docker = new Docker({ socketPath: '/nowhere' })
    const { code } = await docker.info().catch((error) => error)
    const loaded = Object.keys(createRequire(${JSON.stringify(file)}).cache)
    const heavy = loaded.filter((name) => /grpc|protobufjs|ssh2/.test(name))
    console.log(JSON.stringify({ code, heavy, count: loaded.length > 10 }))`
  const printed = execFileSync(process.execPath, ['--input-type=module', '--eval', script], {
    encoding: 'utf8',
  })
  expect(JSON.parse(printed)).toEqual({ code: 'ENOENT', heavy: [], count: true })
})
