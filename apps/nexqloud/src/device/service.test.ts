import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

import { parseAddress, parseDeviceId } from '@nexqloud/kernel'
import fc from 'fast-check'
import { expect, test } from 'vitest'

import { createMemoryProcesses } from '../memory-processes.ts'
import { createMemoryShell } from '../memory-shell.ts'
import { openScratchFolder } from '../scratch-folder.ts'
import { makeIdentity } from './device-folder.ts'
import { writeMembership } from './membership.ts'
import { describeService, isOwnService, type AgentService } from './service-file.ts'
import { installService, removeService, showService, type ServiceSystem } from './service.ts'

const service: AgentService = {
  name: 'attic',
  dataFolder: '/home/a b/100%',
  command: ['/opt/nexqloud', 'device', 'run', '--data', '/home/a b/100%', '--name', 'attic'],
}

test('the unit of systemd', () => {
  expect(describeService('systemd', service)).toMatchInlineSnapshot(`
    {
      "id": "nexqloud-device-attic.service",
      "path": "/etc/systemd/system/nexqloud-device-attic.service",
      "text": "# nexqloud device service of ["/home/a b/100%","attic"]
    [Unit]
    Description=NexQloud device agent (attic)
    Wants=network-online.target
    After=network-online.target docker.service podman.socket nftables.service
    # A device that its engine or its network keeps waiting goes on trying.
    StartLimitIntervalSec=0

    [Service]
    ExecStart="/opt/nexqloud" "device" "run" "--data" "/home/a b/100%%" "--name" "attic"
    # One that has left the network ends in order, and stays ended.
    Restart=on-failure
    RestartSec=5
    TimeoutStopSec=30

    [Install]
    WantedBy=multi-user.target
    ",
    }
  `)
})

test('the daemon of launchd', () => {
  expect(describeService('launchd', service)).toMatchInlineSnapshot(`
    {
      "id": "cloud.nexqloud.device.attic",
      "path": "/Library/LaunchDaemons/cloud.nexqloud.device.attic.plist",
      "text": "<?xml version="1.0" encoding="UTF-8"?>
    <!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
    <!-- nexqloud device service of ["/home/a b/100%","attic"] -->
    <plist version="1.0">
    <dict>
      <key>Label</key>
      <string>cloud.nexqloud.device.attic</string>
      <key>ProgramArguments</key>
      <array>
        <string>/opt/nexqloud</string>
        <string>device</string>
        <string>run</string>
        <string>--data</string>
        <string>/home/a b/100%</string>
        <string>--name</string>
        <string>attic</string>
      </array>
      <key>RunAtLoad</key>
      <true/>
      <key>KeepAlive</key>
      <dict>
        <key>SuccessfulExit</key>
        <false/>
      </dict>
      <key>StandardErrorPath</key>
      <string>/var/log/cloud.nexqloud.device.attic.log</string>
    </dict>
    </plist>
    ",
    }
  `)
})

test('systemd takes the unit', (context) => {
  if (!existsSync('/usr/bin/systemd-analyze')) context.skip('There is no systemd-analyze here.')
  using scratch = openScratchFolder()
  const { id, text } = describeService('systemd', {
    ...service,
    command: ['/bin/true', 'a b', '100%', '$x', '"'],
  })
  writeFileSync(join(scratch.path, id), text)
  const verify = ['verify', '--man=no', join(scratch.path, id)]
  expect(execFileSync('systemd-analyze', verify, { encoding: 'utf8', stdio: 'pipe' })).toBe('')
})

test('a file is known as that of its folder and name, whatever these are, and of no other', () => {
  fc.assert(
    fc.property(
      fc.string(),
      fc.string(),
      fc.constantFrom('systemd', 'launchd'),
      (one, other, manager) => {
        const { text } = describeService(manager, { ...service, dataFolder: one })
        expect(isOwnService(text, { ...service, dataFolder: one })).toBe(true)
        expect(isOwnService(text, { ...service, dataFolder: other })).toBe(one === other)
        expect(isOwnService(text, { ...service, dataFolder: one, name: undefined })).toBe(false)
      },
    ),
  )
})

test('a service is installed, told, and removed; each as often as one likes', async () => {
  using lab = await setup()
  const { options, shell, system, processes, file } = lab
  await installService(options, shell, system)
  await installService(options, shell, system)
  expect(readFileSync(file, 'utf8')).toContain(`"--data" "${options.data}"`)
  expect(processes.commands.slice(0, 2)).toEqual([
    'systemctl daemon-reload',
    'systemctl enable --now nexqloud-device.service',
  ])
  await showService(options, shell, system)
  await removeService(options, shell, system)
  await removeService(options, shell, system)
  expect(existsSync(file)).toBe(false)
  expect(processes.commands).toContain('systemctl disable --now nexqloud-device.service')
})

test("somebody else's file is neither replaced nor removed", async () => {
  using lab = await setup()
  const { options, shell, system, file } = lab
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, '[Unit]\n')
  for (const change of [installService, removeService]) {
    await expect(change(options, shell, system)).rejects.toMatchObject({
      code: 'DEVICE_SERVICE_TAKEN',
    })
  }
  expect(readFileSync(file, 'utf8')).toBe('[Unit]\n')
})

test.each([
  ['without root', { isRoot: false }, 'DEVICE_SERVICE_FORBIDDEN'],
  ['without a manager', { manager: undefined }, 'DEVICE_SERVICE_UNKNOWN'],
  ['where its manager fails', { run: createMemoryProcesses([]).run }, 'DEVICE_SERVICE_FAILED'],
])('%s it is told what to do', async (_, fields, code) => {
  using lab = await setup()
  const { options, shell, system } = lab
  await expect(installService(options, shell, { ...system, ...fields })).rejects.toMatchObject({
    code,
  })
})

test('a folder that has not joined is not started', async () => {
  using lab = await setup()
  const { shell, system } = lab
  using empty = openScratchFolder()
  await expect(installService({ data: empty.path }, shell, system)).rejects.toMatchObject({
    code: 'DEVICE_NOT_JOINED',
  })
})

async function setup() {
  const scratch = openScratchFolder()
  const data = join(scratch.path, 'data')
  const { keyHash } = await makeIdentity(join(data, 'device'))
  await writeMembership(join(data, 'device'), {
    device: parseDeviceId(7),
    owner: parseAddress(`0x${'1'.repeat(40)}`),
    key: 1n,
    tlsKeyHash: keyHash,
    region: 'local',
    chainId: 5_134_418,
    genesisHash: `0x${'8'.repeat(64)}`,
  })
  const root = join(scratch.path, 'root')
  mkdirSync(join(root, 'etc/systemd/system'), { recursive: true })
  const processes = createMemoryProcesses([{ when: () => true, stdout: 'enabled' }])
  const system: ServiceSystem = { manager: 'systemd', isRoot: true, root, run: processes.run }
  return {
    options: { data },
    shell: createMemoryShell({}),
    system,
    processes,
    file: join(root, 'etc/systemd/system/nexqloud-device.service'),
    [Symbol.dispose]: () => scratch[Symbol.dispose](),
  }
}
