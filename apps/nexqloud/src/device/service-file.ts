/** What a system is to start with the machine. */
export type AgentService = {
  /** Of the data folder's devices; the one without a name where it is left out. */
  readonly name?: string | undefined
  readonly dataFolder: string
  /** The program, and what it is started with. */
  readonly command: readonly string[]
}

/** What keeps a machine's services. */
export type ServiceManager = 'systemd' | 'launchd'

/** A file that makes a service. */
export type ServiceFile = {
  /** As its manager calls it. */
  readonly id: string
  readonly path: string
  readonly text: string
}

/** Returns the file that has an agent started at boot, and again whenever it fails. */
export function describeService(manager: ServiceManager, service: AgentService): ServiceFile {
  return manager === 'systemd' ? describeUnit(service) : describeDaemon(service)
}

/** Returns whether a file was written for this device by this program. */
export function isOwnService(text: string, { dataFolder, name }: AgentService): boolean {
  return text.includes(markOf({ dataFolder, name }))
}

function markOf({ dataFolder, name = '' }: Pick<AgentService, 'dataFolder' | 'name'>): string {
  return `nexqloud device service of ${JSON.stringify([dataFolder, name]).replaceAll('--', '-\\u002d')}`
}

function describeUnit(service: AgentService): ServiceFile {
  const { name, command } = service
  const id = `nexqloud-device${name === undefined ? '' : `-${name}`}.service`
  const text = `# ${markOf(service)}
[Unit]
Description=NexQloud device agent${name === undefined ? '' : ` (${name})`}
Wants=network-online.target
After=network-online.target docker.service podman.socket nftables.service
# A device that its engine or its network keeps waiting goes on trying.
StartLimitIntervalSec=0

[Service]
ExecStart=${command.map(quoteForSystemd).join(' ')}
# One that has left the network ends in order, and stays ended.
Restart=on-failure
RestartSec=5
TimeoutStopSec=30

[Install]
WantedBy=multi-user.target
`
  return { id, path: `/etc/systemd/system/${id}`, text }
}

/** systemd.service(5), "Command lines": specifiers and variables are replaced within quotes, too. */
function quoteForSystemd(argument: string): string {
  const escaped = argument
    .replaceAll('\\', '\\\\')
    .replaceAll('"', '\\"')
    .replaceAll('\n', '\\n')
    .replaceAll('%', '%%')
    .replaceAll('$', '$$$$')
  return `"${escaped}"`
}

function describeDaemon(service: AgentService): ServiceFile {
  const { name, command } = service
  const id = `cloud.nexqloud.device${name === undefined ? '' : `.${name}`}`
  const text = `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<!-- ${markOf(service)} -->
<plist version="1.0">
<dict>
  <key>Label</key>
  <string>${id}</string>
  <key>ProgramArguments</key>
  <array>
${command.map((argument) => `    <string>${escapeXml(argument)}</string>`).join('\n')}
  </array>
  <key>RunAtLoad</key>
  <true/>
  <key>KeepAlive</key>
  <dict>
    <key>SuccessfulExit</key>
    <false/>
  </dict>
  <key>StandardErrorPath</key>
  <string>/var/log/${id}.log</string>
</dict>
</plist>
`
  return { id, path: `/Library/LaunchDaemons/${id}.plist`, text }
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
