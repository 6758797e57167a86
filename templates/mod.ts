/**
 * The report's page: safe HTML, the shell, and how it is filled.
 *
 * @module
 */

export {
  emptyHtml,
  escapeHtml,
  html,
  type HtmlValue,
  joinHtml,
  SafeHtml,
  scriptJson,
  showControls,
} from "./escape.ts";
export {
  fillPage,
  headerElementId,
  markers,
  type PageChunk,
  type PageParts,
  partBytesMax,
  serverElementId,
  sessionsElementId,
  sidesElementId,
} from "./page.ts";
export { appSizeBytes, loadReportApp, type ReportApp } from "./report_app.ts";
export { sideFile, sideFileStart } from "./side_file.ts";
export { renderStaticSessions } from "./static_sessions.ts";
export { renderStaticView } from "./static_view.ts";
export { renderTicket, type TicketAttachment, type TicketFacts } from "./ticket.ts";
