// The icons in use, each imported alone: the whole set is 1,900.
import Archive from '@lucide/svelte/icons/archive'
import ArrowDown from '@lucide/svelte/icons/arrow-down'
import ArrowLeft from '@lucide/svelte/icons/arrow-left'
import ArrowRight from '@lucide/svelte/icons/arrow-right'
import ArrowUp from '@lucide/svelte/icons/arrow-up'
import CalendarClock from '@lucide/svelte/icons/calendar-clock'
import CalendarRange from '@lucide/svelte/icons/calendar-range'
import Calendar from '@lucide/svelte/icons/calendar'
import Check from '@lucide/svelte/icons/check'
import ChevronDown from '@lucide/svelte/icons/chevron-down'
import ChevronRight from '@lucide/svelte/icons/chevron-right'
import ChevronsUpDown from '@lucide/svelte/icons/chevrons-up-down'
import ChevronUp from '@lucide/svelte/icons/chevron-up'
import CodeXml from '@lucide/svelte/icons/code-xml'
import CornerDownRight from '@lucide/svelte/icons/corner-down-right'
import Eye from '@lucide/svelte/icons/eye'
import CircleAlert from '@lucide/svelte/icons/circle-alert'
import CircleCheck from '@lucide/svelte/icons/circle-check'
import ClipboardCheck from '@lucide/svelte/icons/clipboard-check'
import CloudCheck from '@lucide/svelte/icons/cloud-check'
import CloudOff from '@lucide/svelte/icons/cloud-off'
import CloudUpload from '@lucide/svelte/icons/cloud-upload'
import Copy from '@lucide/svelte/icons/copy'
import Ellipsis from '@lucide/svelte/icons/ellipsis'
import ExternalLink from '@lucide/svelte/icons/external-link'
import EyeOff from '@lucide/svelte/icons/eye-off'
import FileClock from '@lucide/svelte/icons/file-clock'
import FileInput from '@lucide/svelte/icons/file-input'
import FileText from '@lucide/svelte/icons/file-text'
import Folder from '@lucide/svelte/icons/folder'
import FolderTree from '@lucide/svelte/icons/folder-tree'
import GitMerge from '@lucide/svelte/icons/git-merge'
import History from '@lucide/svelte/icons/history'
import House from '@lucide/svelte/icons/house'
import Image from '@lucide/svelte/icons/image'
import Images from '@lucide/svelte/icons/images'
import Inbox from '@lucide/svelte/icons/inbox'
import Italic from '@lucide/svelte/icons/italic'
import Keyboard from '@lucide/svelte/icons/keyboard'
import Layers from '@lucide/svelte/icons/layers'
import Layers2 from '@lucide/svelte/icons/layers-2'
import Library from '@lucide/svelte/icons/library'
import ListFilter from '@lucide/svelte/icons/list-filter'
import ListTree from '@lucide/svelte/icons/list-tree'
import Link from '@lucide/svelte/icons/link'
import List from '@lucide/svelte/icons/list'
import Lock from '@lucide/svelte/icons/lock'
import LogIn from '@lucide/svelte/icons/log-in'
import MapPin from '@lucide/svelte/icons/map-pin'
import Maximize2 from '@lucide/svelte/icons/maximize-2'
import Minimize2 from '@lucide/svelte/icons/minimize-2'
import Monitor from '@lucide/svelte/icons/monitor'
import Moon from '@lucide/svelte/icons/moon'
import Network from '@lucide/svelte/icons/network'
import OctagonAlert from '@lucide/svelte/icons/octagon-alert'
import Package from '@lucide/svelte/icons/package'
import PanelLeft from '@lucide/svelte/icons/panel-left'
import Pencil from '@lucide/svelte/icons/pencil'
import Plus from '@lucide/svelte/icons/plus'
import RefreshCw from '@lucide/svelte/icons/refresh-cw'
import Search from '@lucide/svelte/icons/search'
import Server from '@lucide/svelte/icons/server'
import Split from '@lucide/svelte/icons/split'
import Sun from '@lucide/svelte/icons/sun'
import SunMoon from '@lucide/svelte/icons/sun-moon'
import Tag from '@lucide/svelte/icons/tag'
import Trash2 from '@lucide/svelte/icons/trash-2'
import TriangleAlert from '@lucide/svelte/icons/triangle-alert'
import Undo2 from '@lucide/svelte/icons/undo-2'
import User from '@lucide/svelte/icons/user'
import Users from '@lucide/svelte/icons/users'
import Cpu from '@lucide/svelte/icons/cpu'
import X from '@lucide/svelte/icons/x'

export const icons = {
  'archive': Archive,
  'arrow-down': ArrowDown,
  'arrow-left': ArrowLeft,
  'arrow-right': ArrowRight,
  'arrow-up': ArrowUp,
  'calendar-clock': CalendarClock,
  'calendar-range': CalendarRange,
  'calendar': Calendar,
  'check': Check,
  'chevron-down': ChevronDown,
  'chevron-right': ChevronRight,
  'chevrons-up-down': ChevronsUpDown,
  'chevron-up': ChevronUp,
  'corner-down-right': CornerDownRight,
  'eye': Eye,
  'circle-alert': CircleAlert,
  'circle-check': CircleCheck,
  'clipboard-check': ClipboardCheck,
  'cloud-check': CloudCheck,
  'cloud-off': CloudOff,
  'cloud-upload': CloudUpload,
  'code-xml': CodeXml,
  'copy': Copy,
  'ellipsis': Ellipsis,
  'external-link': ExternalLink,
  'eye-off': EyeOff,
  'file-clock': FileClock,
  'file-input': FileInput,
  'file-text': FileText,
  'folder': Folder,
  'folder-tree': FolderTree,
  'git-merge': GitMerge,
  'history': History,
  'house': House,
  'image': Image,
  'images': Images,
  'inbox': Inbox,
  'italic': Italic,
  'keyboard': Keyboard,
  'layers': Layers,
  'layers-2': Layers2,
  'library': Library,
  'list-filter': ListFilter,
  'list-tree': ListTree,
  'link': Link,
  'list': List,
  'lock': Lock,
  'log-in': LogIn,
  'map-pin': MapPin,
  'maximize-2': Maximize2,
  'minimize-2': Minimize2,
  'monitor': Monitor,
  'moon': Moon,
  'network': Network,
  'octagon-alert': OctagonAlert,
  'package': Package,
  'panel-left': PanelLeft,
  'pencil': Pencil,
  'plus': Plus,
  'refresh-cw': RefreshCw,
  'search': Search,
  'server': Server,
  'split': Split,
  'sun': Sun,
  'sun-moon': SunMoon,
  'tag': Tag,
  'trash-2': Trash2,
  'triangle-alert': TriangleAlert,
  'undo-2': Undo2,
  'user': User,
  'users': Users,
  'cpu': Cpu,
  'x': X,
}
export type IconName = keyof typeof icons
