import { execFileSync } from 'node:child_process'
import { existsSync, globSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'

/** Terraform with AWS's provider beside it. */
export type Terraform = {
  readonly program: string
  /** What it finds its provider by. */
  readonly env: NodeJS.ProcessEnv
}

const PROVIDER = 'registry.terraform.io/hashicorp/aws/5.100.0'
/** Where machines have providers that are not fetched: Terraform's own places, and below /opt. */
const places = [
  '/usr/share/terraform/plugins',
  '/usr/local/share/terraform/plugins',
  join(homedir(), '.terraform.d/plugins'),
  ...globSync('/opt/*'),
]

/** Returns Terraform; why there is none where this machine has it not, or not AWS's provider 5.100.0. */
export function findTerraform(folder: string): Terraform | { readonly missing: string } {
  try {
    execFileSync('terraform', ['version'], { stdio: 'pipe' })
  } catch {
    return { missing: 'this machine has no Terraform' }
  }
  const mirror = places.find((place) => existsSync(join(place, PROVIDER)))
  if (mirror === undefined) return { missing: 'this machine has no AWS provider 5.100.0' }
  const file = join(folder, 'terraform.rc')
  const installation = `filesystem_mirror { path = ${JSON.stringify(mirror)} }`
  writeFileSync(file, `provider_installation {\n  ${installation}\n}\n`)
  return { program: 'terraform', env: { TF_CLI_CONFIG_FILE: file, CHECKPOINT_DISABLE: '1' } }
}
