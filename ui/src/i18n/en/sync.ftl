# Sync and outbox.
page-sync = Sync
page-connect = Connect
page-news = What others did
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
open-other = Open it
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
outbox-summary = { $waiting } will be sent{ $needing ->
        [0] {""}
        [one] , 1 needs you
       *[other] , { $needing } need you
    }{ $drafts ->
        [0] {""}
        [one] , 1 is a draft
       *[other] , { $drafts } are drafts
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
outbox-state-sending = On its way
outbox-state-unanswered = Sent; whether it arrived is asked with the next sync
outbox-state-waits = Waits for { $title }, which needs you first
outbox-state-needs_value = The server’s list has no “{ $value }”: choose another value, or ask whoever keeps the lists to add it
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

# What a sync would do
ahead = If you sync now
ahead-ask = What would happen?
ahead-asking = Asking the server…
ahead-sent = { $count ->
    [0] Nothing would be sent
    [one] 1 record would be sent
   *[other] { $count } records would be sent, in this order
}
ahead-kept = { $count ->
    [one] 1 would stay here
   *[other] { $count } would stay here
}
ahead-received = { $count ->
    [0] Nothing would come
    [one] 1 record would come
   *[other] { $count } records would come
}
ahead-received-more = More than { $count } records would come
ahead-whole = Everything is read from the beginning; what is here already is not counted.

# What others did
news-since = { $count ->
    [0] Nothing since { $when }.
    [one] 1 change since { $when }.
   *[other] { $count } changes since { $when }.
}
news-all = { $count ->
    [one] 1 change that is kept here.
   *[other] { $count } changes that are kept here.
}
news-begin = the beginning
news-open = What others did
news-count = { $count ->
    [0] Nothing new since you looked.
    [one] 1 record changed since you looked.
   *[other] { $count } records changed since you looked.
}
news-show-all = Also what I have seen
news-show-new = Only what is new
news-seen = All seen
news-none = Nobody else has changed anything since you looked.
news-more = There is more. The history of a record has all of it.
news-by = In groups
news-by-record = By record
news-by-person = By person
news-records = { $count ->
    [one] 1 change
   *[other] { $count } changes
}
news-create = New
news-update = Changed
news-move = Moved
news-delete = Deleted
news-fields-more = and { $count } more
news-compare = Compare
news-compare-of = Compare the versions of { $title }

# Stopped, and the ways on
vanish-share = Stop and ask when more are missing than
vanish-share-help = percent of the records of one kind, and more than 20.
failsafe-vanished = Many records are missing on the server
failsafe-set_back = The server was set back
failsafe-other_data = The server has other data
failsafe-choose = Choose…
failsafe-sure = This cannot be taken back.
failsafe-copy = A copy of everything here is put into the folder backups first.
failsafe-wait = Wait
failsafe-wait-vanished = Ask whoever runs the server whether this was meant. You can go on working; nothing is sent or taken meanwhile.
failsafe-wait-set_back = Whoever runs the server may bring a newer copy back: then it goes on by itself. You can go on working meanwhile.
failsafe-wait-other_data = Ask whoever runs the server what happened; if it moved, connect to its new address. You can go on working meanwhile.
failsafe-mine-vanished = Keep mine
failsafe-mine-more-vanished = What is missing there stays here and is sent again, as new records.
failsafe-mine-do-vanished = Keep and send { $gone } again
failsafe-theirs-vanished = Remove them here too
failsafe-theirs-more-vanished = It was meant: the { $gone } records are removed on this computer as well.
failsafe-theirs-do-vanished = Remove { $gone } records
failsafe-mine-set_back = Send the server what it lost
failsafe-mine-more-set_back = What you have and the server lost is sent again, missing records as new ones. What others have written since is never overwritten: you are asked.
failsafe-mine-do-set_back = Send it again
failsafe-theirs-set_back = Take the server’s as it is
failsafe-theirs-more-set_back = This computer becomes as the server is now. What the server lost, and changes that were not sent, go from here; new records that were never sent stay.
failsafe-theirs-do-set_back = Take the server’s
failsafe-mine-other_data = Send the server what it does not have
failsafe-mine-more-other_data = It is your archive’s server, set up anew or from a backup: everything here that it does not have is sent to it, as new records.
failsafe-mine-do-other_data = Send everything
failsafe-theirs-other_data = Take the server’s as it is
failsafe-theirs-more-other_data = This computer becomes as the server is now. What the server does not have goes from here; new records that were never sent stay.
failsafe-theirs-do-other_data = Take the server’s
