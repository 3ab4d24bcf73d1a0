/** Puts the code of an open text file in order. What was typed while the formatter worked stays, and nothing else is done. */
import type { Services } from '@/services/services.ts';
import { languageOfPath } from '@/ui/monaco/languages.ts';
import { TextSession } from './text-session.ts';

type Where = Pick<Services, 'documents' | 'tabs' | 'formatter' | 'notifications'>;

/** The file of the tab in front; nothing where that shows something else. */
export async function formatActiveText(services: Where): Promise<void> {
  const { tabs, mainId } = services.tabs.store.getState();
  const key = tabs.find((tab) => tab.id === mainId)?.key;
  const session = services.documents.sessions.all().find(({ path }) => path === key);
  if (session instanceof TextSession) await formatText(session, services);
}

type Formatted = Pick<TextSession, 'path' | 'store' | 'edit'>;

export async function formatText(
  session: Formatted,
  { formatter, notifications }: Pick<Where, 'formatter' | 'notifications'>,
): Promise<void> {
  const { path, store } = session;
  const state = store.getState();
  if (state.status !== 'ready') return;
  const name = path.slice(path.lastIndexOf('/') + 1);
  const language = languageOfPath(path);
  const can = formatter.canFormat(language);
  if (can !== true) {
    notifications.info(`${can.reason}.`, 'The text is as it was. Python can be formatted.');
    return;
  }
  if (state.isReadOnly) {
    notifications.info(`${name} was not formatted.`, 'It is read-only.');
    return;
  }
  const [result] = await formatter.format({ path, language, sources: [state.text] });
  if (!result) return;
  if ('problem' in result) {
    const { line, column, message } = result.problem;
    notifications.info(
      `${name} was not formatted.`,
      `Line ${line}, column ${column}: ${message}. It is as it was.`,
    );
    return;
  }
  const now = store.getState();
  if (now.status === 'ready' && now.text === state.text) session.edit(result.source);
  else notifications.info(`${name} was not formatted.`, 'It was changed meanwhile. Format it again.');
}
