import { isIPv4 } from 'node:net'

import fc from 'fast-check'
import { expect, test } from 'vitest'

import { createMemoryFirewall } from './firewall.ts'
import { formatNetworkTable, networkTableName, readResolvers } from './network-table.ts'
import { createNftFirewall } from './nft-firewall.ts'

test('reads as it is reviewed', () => {
  const table = { owner: 'device', resolvers: ['192.168.1.1'], bridgeDns: ['10.89.0.0/16'] }
  const doors = [{ port: 80, to: 40_080 }]
  expect(formatNetworkTable({ ...table, doors })).toMatchInlineSnapshot(`
    "table inet nexqloud_263a4dbe
    delete table inet nexqloud_263a4dbe
    table inet nexqloud_263a4dbe {
      set not_internet { type ipv4_addr; flags interval; elements = { 0.0.0.0/8, 10.0.0.0/8, 100.64.0.0/10, 127.0.0.0/8, 169.254.0.0/16, 172.16.0.0/12, 192.0.0.0/24, 192.168.0.0/16, 198.18.0.0/15, 224.0.0.0/3 } }
      set line { type ipv4_addr;  }
      set resolvers { type ipv4_addr; elements = { 192.168.1.1 } }
      set bridge_dns { type ipv4_addr; flags interval; elements = { 10.89.0.0/16 } }
      chain tenant_flows {
        type filter hook prerouting priority raw; policy accept;
      }
      chain tenant_forward {
        type filter hook forward priority -10; policy accept;
        oifname "tn263a4*" ct original zone != { 0 } drop
        iifname != "tn*" oifname "tn*" ct state new drop
        iifname != "tn*" accept
        oifname != "tn*" meta mark set meta mark | 0x10000000
        ct state established,related accept
        ip daddr @resolvers meta l4proto { tcp, udp } th dport 53 accept
        oifname "tn*" meta mark & 0x20000000 == 0x20000000 accept
        ip daddr @not_internet counter reject with icmpx type admin-prohibited
        ip daddr @line counter reject with icmpx type admin-prohibited
        meta nfproto ipv6 counter drop
      }
      chain tenant_outward {
        type nat hook postrouting priority srcnat; policy accept;
        meta nfproto ipv4 meta mark & 0x10000000 == 0x10000000 masquerade
      }
      chain tenant_doors {
        type nat hook prerouting priority dstnat - 10; policy accept;
        iifname "tn263a4*" ip daddr 169.254.169.254 tcp dport 80 redirect to :40080
      }
      chain tenant_input {
        type filter hook input priority -10; policy accept;
        iifname != "tn*" tcp dport 40080 ct state new reject with tcp reset
        iifname != "tn*" accept
        ct state established,related accept
        ct original ip daddr 169.254.169.254 meta l4proto tcp ct original proto-dst 80 ct status dnat accept
        ip daddr @bridge_dns meta l4proto { tcp, udp } th dport 53 accept
        counter reject with icmpx type admin-prohibited
      }
      chain sounding {
        type filter hook output priority -10; policy accept;
        ip daddr 127.38.58.78 udp dport 9 drop
      }
    }
    table bridge nexqloud_263a4dbe
    delete table bridge nexqloud_263a4dbe
    table bridge nexqloud_263a4dbe {
      chain within_bridge {
        type filter hook forward priority -200; policy accept;
        meta mark set meta mark | 0x20000000
      }
    }
    "
  `)
})

test('takes nothing into the script but addresses', () => {
  const hostile = fc.oneof(fc.string(), fc.constantFrom('1.2.3.4 }', '1.2.3.4/33', '::1', '1.2.3'))
  fc.assert(
    fc.property(hostile, (text) => {
      fc.pre(!isIPv4(text) && !/^\d+\.\d+\.\d+\.\d+\/\d+$/.test(text.replace('/33', '')))
      const table = { owner: 'device', resolvers: [], bridgeDns: [] }
      const invalid = expect.objectContaining({ code: 'ENGINE_ADDRESS_INVALID' })
      expect(() => formatNetworkTable({ ...table, resolvers: [text] })).toThrow(invalid)
      expect(() => formatNetworkTable({ ...table, bridgeDns: [text] })).toThrow(invalid)
      expect(() => formatNetworkTable({ ...table, line: text })).toThrow(invalid)
    }),
  )
})

test('takes no door that is no port', () => {
  const number = fc.oneof(fc.double(), fc.integer({ max: 0 }), fc.integer({ min: 65_536 }))
  const table = { owner: 'device', resolvers: [], bridgeDns: [] }
  const invalid = expect.objectContaining({ code: 'ENGINE_ADDRESS_INVALID' })
  fc.assert(
    fc.property(number, (wrong) => {
      fc.pre(!(Number.isInteger(wrong) && wrong >= 1 && wrong <= 65_535))
      for (const door of [
        { port: wrong, to: 1 },
        { port: 1, to: wrong },
      ]) {
        expect(() => formatNetworkTable({ ...table, doors: [door] })).toThrow(invalid)
      }
    }),
  )
})

test('finds the name servers that a container can ask', () => {
  const text =
    '# nameserver 9.9.9.9\nnameserver 192.168.1.1\nnameserver 127.0.0.53\n nameserver ::1\n'
  expect(readResolvers(text)).toEqual(['192.168.1.1'])
})

test('each owner has a table of its own', async () => {
  expect(networkTableName('one')).not.toBe(networkTableName('two'))
  const firewall = createMemoryFirewall()
  await firewall.apply({ owner: 'one', resolvers: [], bridgeDns: [] })
  expect([await firewall.isApplied('one'), await firewall.isApplied('two')]).toEqual([true, false])
  await firewall.remove('one')
  expect(await firewall.isApplied('one')).toBe(false)
})

test('a machine without nftables is told what to do', async () => {
  const firewall = createNftFirewall(['/nowhere/nft'])
  const table = { owner: 'one', resolvers: [], bridgeDns: [] }
  await expect(firewall.apply(table)).rejects.toMatchObject({
    code: 'ENGINE_FIREWALL_FAILED',
    kind: 'unavailable',
    hint: expect.stringContaining('apt-get install nftables'),
  })
})
