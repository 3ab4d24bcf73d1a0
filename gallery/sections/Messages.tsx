import { Bar } from '@/ui/Bar.tsx';
import { Button } from '@/ui/Button.tsx';
import { EmptyState } from '@/ui/EmptyState.tsx';
import { Skeleton } from '@/ui/Skeleton.tsx';
import { StartProgress } from '@/ui/StartProgress.tsx';
import { Toast } from '@/ui/Toast.tsx';
import { starting, startedAt } from '../fixtures.ts';
import { nothing, Section } from '../Section.tsx';

const standStill = () => startedAt + 4_200;

export function Messages() {
  return (
    <>
      <Section title="Bars">
        <div className="g-box">
          <Bar tone="info">This notebook is open in another window too.</Bar>
          <Bar
            tone="warn"
            label="Changes on disk"
            role="region"
            icon="git-merge"
            actions={
              <>
                <Button variant="primary">Show cell 7</Button>
                <Button>Keep all mine</Button>
              </>
            }
          >
            Changed on disk. 3 cells merged. 1 cell was edited on both sides.
          </Bar>
          <Bar tone="danger" icon="memory-stick" onDismiss={nothing}>
            The kernel ran out of memory in cell 7. Your code, outputs and files are kept.
          </Bar>
          <Bar tone="progress">Restarting the kernel.</Bar>
          <StartProgress
            app={starting}
            imageName="Data Science 3.1"
            now={standStill}
            onCancel={nothing}
            onShowLog={nothing}
          >
            You can keep reading and editing.
          </StartProgress>
        </div>
      </Section>
      <Section title="Toasts">
        <div className="g-stack">
          <Toast
            kind="success"
            title="prepare.py moved to the bin."
            actions={[{ label: 'Undo', onSelect: nothing }]}
            onDismiss={nothing}
          />
          <Toast
            kind="progress"
            title="Uploading events.jsonl"
            detail="1.2 of 3.4 GB, about 40 s left"
            actions={[{ label: 'Cancel', onSelect: nothing }]}
            onDismiss={nothing}
          />
          <Toast kind="info" title="The sign-in link was renewed." onDismiss={nothing} />
          <Toast
            kind="error"
            title="churn_model.ipynb was not saved"
            detail="The disk is full, 50 of 50 GB. Your edits are kept in this browser."
            raw="write-failed, HTTP 507: No space left on device"
            actions={[{ label: 'Download', onSelect: nothing }]}
            onDismiss={nothing}
          />
        </div>
      </Section>
      <Section title="Empty and loading">
        <div className="g-box">
          <EmptyState icon="circle-play" title="Nothing is running">
            Run a cell or open an image terminal to start compute. Nothing is charged now.
          </EmptyState>
        </div>
        <div className="g-box">
          <EmptyState icon="folder-open" title="This folder is empty" action={<Button>New notebook</Button>}>
            Drop files here, or make the first notebook.
          </EmptyState>
        </div>
        <div className="g-box">
          <Skeleton rows={3} label="Reading the folder" />
        </div>
      </Section>
    </>
  );
}
