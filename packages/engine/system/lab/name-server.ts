import { createSocket } from 'node:dgram'

/** Answers every question for an IPv4 address with the one of the command line, on port 53 (RFC 1035). */
const [address = ''] = process.argv.slice(2)
const socket = createSocket('udp4')

socket.on('message', (question, from) => {
  // Header, then the name up to its empty label, then type and class.
  const end = question.indexOf(0, 12) + 5
  const asked = question.subarray(12, end)
  const isForAddress = question.readUInt16BE(end - 4) === 1
  const header = Buffer.from(question.subarray(0, 12))
  header.writeUInt16BE(0x8180, 2)
  header.writeUInt16BE(isForAddress ? 1 : 0, 6)
  header.writeUInt32BE(0, 8)
  // A pointer to the name asked, type A, class IN, 60 seconds, 4 bytes.
  const answer = Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4])
  const bytes = Buffer.from(address.split('.').map(Number))
  const parts = isForAddress ? [header, asked, answer, bytes] : [header, asked]
  socket.send(Buffer.concat(parts), from.port, from.address)
})
socket.bind(53)
