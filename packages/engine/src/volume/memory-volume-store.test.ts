import { describeVolumes, ROOM } from '../../test/volume-suite.ts'
import { createMemoryVolumes } from './memory-volume-store.ts'

describeVolumes('volumes in memory', {
  open: async () => {
    const store = createMemoryVolumes(ROOM)
    return {
      store,
      write: async (place, name, text) => void store.filesAt(place)?.set(name, text),
      read: async (place, name) => store.filesAt(place)?.get(name),
      hold: async (id) => {
        const letGo = store.hold(id)
        return async () => letGo()
      },
      damage: async (snapshot) => store.damage(snapshot),
      reopen: async () => store,
      close: async () => {},
    }
  },
})
