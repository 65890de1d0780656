# Frame of the window: top bar, navigation, palette, toasts.
app-name = Fonds
window-title = { $page } – { $repository } – Fonds
window-title-alone = { $page } – Fonds
skip-to-record = Skip to the record
finder = Search, open or do anything
new-menu = New record
appearance = Appearance
theme-system = As the system
theme-light = Light
theme-dark = Dark
theme-contrast = More contrast
undo-last = Undo: { $title }
close = Close
undone = Taken back.
undone-what = Taken back: { $title }
redone = Done again.

navigation = Navigation
repository-switch = Repository { $name }, switch
repository-new = New repository…
no-repository = No repository
nav-start = Start
nav-search = Search
nav-work = Work
nav-news = What others did
nav-drafts = Drafts
nav-conflicts = Conflicts
nav-import = Import
nav-sync = Sync

shelf-all = All records
shelf-resource = Collections
shelf-accession = Accessions
shelf-agent = Agents
shelf-subject = Subjects
shelf-digital_object = Digital objects
shelf-top_container = Containers
shelf-location = Locations
shelf-event = Events
shelf-classification = Classifications
shelf-assessment = Assessments

syncing = Syncing
progress-of = { $done } of { $total }
progress-done = { $done } records
conflicts-count = { $count ->
    [one] 1 conflict
   *[other] { $count } conflicts
}
refused-count = { $count ->
    [one] 1 record refused
   *[other] { $count } records refused
}
changes-to-send = { $count ->
    [one] 1 change to send
   *[other] { $count } changes to send
}
alone = On this computer
alone-more = Connect to a server
signed-out = Sign in again to send
offline = Working offline
sync-stopped = Sync stopped
all-sent = All is sent
last-synced = Last synced { $when }
never-synced = Not synced yet

palette = Find or do
palette-hint = Type a title, an identifier, a name, or what you want to do
palette-records = Records
palette-actions = Actions
palette-everywhere = Everywhere
palette-go = Go to
palette-search-all = Search all records for “{ $text }”
palette-none = Nothing here is called “{ $text }”
palette-prefix-actions = actions
palette-prefix-identifier = identifier
palette-prefix-agents = agents
palette-results = { $count ->
    [one] 1 suggestion
   *[other] { $count } suggestions
}
palette-new = New { $kind }
