// Begins a sync. What comes of it arrives as events; without a server the page that connects opens.
import { apiError, call, type SyncReport } from '@/backend'
import { touch } from '@/shared/query.svelte'
import { router } from '@/shared/router.svelte'

/** Syncs now; answers what was done, or nothing when there is no server or it failed (the state says how). */
export async function startSync(): Promise<SyncReport | undefined> {
  const status = await call('sync_status', {}).catch(() => undefined)
  if (!status?.server || status.signed_out) {
    router.go({ page: 'sync' })
    return undefined
  }
  if (status.running) return undefined
  try {
    touch(['sync'])
    return await call('sync', {})
  } catch (thrown) {
    if (apiError(thrown).code === 'internal') throw thrown
    return undefined
  } finally {
    touch(['sync', 'conflicts', 'drafts'])
  }
}
