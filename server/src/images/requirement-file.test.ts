import { expect, it } from 'vitest';
import { packageCount } from './requirement-file.ts';

it('counts packages once, without those of other systems', () => {
  const text = `# made by uv
altair==6.3.0 \\
    --hash=sha256:00
    # via -r data-science.in
elsewhere==1.0.0 ; sys_platform == 'nosuchsystem' \\
    --hash=sha256:00
cffi==2.1.1 ; implementation_name == 'pypy' \\
    --hash=sha256:00
numpy==2.4.6 ; python_full_version < '3.12' \\
    --hash=sha256:00
numpy==2.5.5 ; python_full_version >= '3.12' \\
    --hash=sha256:00
pexpect==4.9.0 ; sys_platform != 'win32' \\
    --hash=sha256:00
pywinpty==3.1.2 ; os_name == 'nt' \\
    --hash=sha256:00
here==1.0.0 ; sys_platform == '${process.platform}' \\
    --hash=sha256:00
`;
  expect(packageCount(text)).toBe(4);
});
