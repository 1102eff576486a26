// Loaded before npm. Its linked install drops the hashes of the lock file on the way to the download (npm 11.19 and 12.2:
// @npmcli/arborist/lib/isolated-classes.js keeps no integrity), and would take whatever the registry serves. Here each
// package gets its hash back; one that the lock file gives no hash is refused. npm itself compares.
//
// npm also goes on without an optional package that it could not bring. That is right where the registry has none for
// this machine; any other cause fails the install, for it would be taken for complete ever after.
import { readFileSync, realpathSync } from 'node:fs'
import { createRequire } from 'node:module'

const lockFile = new URL('../../package-lock.json', import.meta.url)
const locked = Object.entries(JSON.parse(readFileSync(lockFile, 'utf8')).packages)
const pacote = createRequire(realpathSync(process.argv[1]))('pacote')
const { extract } = pacote

pacote.extract = async (spec, folder, options) => {
  try {
    return await extract(spec, folder, { ...options, integrity: integrityOf(spec) })
  } catch (error) {
    if (!isAbsent(error)) failAtExit(`npm error ${error.code} ${spec}: ${error.message}\n`)
    throw error
  }
}

/** Has the registry no such package, or no such version of it? */
function isAbsent({ code }) {
  return code === 'E404' || code === 'ETARGET'
}

/** Listens only now, because npm's own listener sets the exit code, and the last one counts. */
function failAtExit(message) {
  process.on('exit', () => {
    process.stderr.write(message)
    process.exitCode = 1
  })
}

/** Returns the hash of a package asked for as `NAME@VERSION` or as `NAME@URL` of its archive. */
function integrityOf(spec) {
  const entry = locked.find(([path, { name = path.split('node_modules/').at(-1), version }]) => {
    const isUrl = spec.startsWith(`${name}@http`) && spec.endsWith(`-${version}.tgz`)
    return isUrl || spec === `${name}@${version}`
  })
  const integrity = entry?.[1].integrity
  if (integrity) return integrity
  throw Object.assign(new Error('package-lock.json has no hash for it'), { code: 'EINTEGRITY' })
}
