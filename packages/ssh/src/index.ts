/** SSH into containers that have no SSH server: it is spoken here, and led into the container as commands, ports and files. */

export type { ContainerShell, ShellProcess, TerminalSize } from './shell/container-shell.ts'
export { createHostKeys, type HostKeyOf } from './host-key.ts'
export { writeOpenSshKey } from './openssh-key.ts'
export { openSshHall, type SshHall, type SshHallParts } from './hall.ts'
export { sshLimitsByDefault, type SshLimits } from './limits.ts'
export type { Entry, FindEntry, LoginAttempt, OfferedKey } from './login/login.ts'
