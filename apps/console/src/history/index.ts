export { RecentCallsCard } from './RecentCallsCard.tsx'
