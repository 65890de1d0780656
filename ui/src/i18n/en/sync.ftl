# Sync and outbox.
page-sync = Sync
page-connect = Connect
page-start = Start
page-drafts = Drafts
page-import = Import
page-conflicts = Conflicts
page-history = History
page-record = Record
page-new-repository = New repository
records-unopened = The records on this computer cannot be opened
desk-unreachable = The desk does not answer
try-again = Try again
cancel = Cancel
open = Open
decide = Decide
put-right = Put right

sync-alone = Everything is kept on this computer. No server is connected.
sync-reached = { $server }. This computer has everything up to { $when }.
sync-never = { $server }. Nothing has been fetched yet.
sync-offline = { $server } cannot be reached. Changes wait here.
sync-asleep = { $server }. Changes wait here until you sync.
sync-by-itself = Sync by itself
sync-by-itself-help = Soon after each save, and every minute for what others did. Off: only when you ask.
sync-safe = What waits here is safe.
sync-report = { $pulled ->
        [one] 1 record came,
       *[other] { $pulled } records came,
    } { $pushed ->
        [one] 1 was sent,
       *[other] { $pushed } were sent,
    } { $conflicts ->
        [0] nothing is left to decide.
        [one] 1 is left to decide.
       *[other] { $conflicts } are left to decide.
    }
sync-compared = Compared { $compared } records with the server: { $differing ->
        [0] all are here as they are there.
        [one] 1 was not here as it is there, and was taken anew.
       *[other] { $differing } were not here as they are there, and were taken anew.
    }
disconnect = Disconnect
outbox = Outbox
outbox-summary = { $waiting } will be sent, { $needing ->
        [one] 1 needs you,
       *[other] { $needing } need you,
    } { $drafts ->
        [one] 1 is a draft
       *[other] { $drafts } are drafts
    }
outbox-empty = Nothing waits here.
outbox-more = and { $count } more
column-record = Record
column-changed = Changed
column-when = When
column-state = State
column-next = Next step
outbox-action-create = new
outbox-action-update = changed
outbox-action-delete = deleted
outbox-action-move = moved
outbox-action-draft = draft
outbox-state-waiting = Waiting
outbox-state-conflict = Changed here and on the server
outbox-state-refused = The server did not take it
outbox-state-draft = Draft: stays here until it is saved
held = On this computer
held-counts = { $collections ->
        [one] 1 collection
       *[other] { $collections } collections
    } · { $records ->
        [one] 1 record
       *[other] { $records } records
    }

connect-title = Connect to a server
connect-lead = A Fonds server, or an ArchivesSpace that your institution runs. What is here is sent there, and changes go both ways.
connect-other = Connect to another server or as another user
signed-out-safe = { $count ->
    [0] You can go on writing.
    [one] Your change is safe on this computer; you can go on writing.
   *[other] Your { $count } changes are safe on this computer; you can go on writing.
}
connect-url = Address
connect-user = User name
connect-password = Password
connect-keyring = Kept in this computer’s keyring.
connect = Connect
connecting = Connecting…
