/** The configuration of the test's Slurm: that of a small cluster, except for short times. */

export interface SlurmConfOptions {
  readonly folder: string;
  /** Short name of this machine. */
  readonly host: string;
  readonly nodes: readonly string[];
  /** Of slurmctld, then of each node's slurmd. */
  readonly ports: readonly number[];
}

export function slurmConf(
    {folder, host, nodes, ports: [port, ...others]}: SlurmConfOptions): string {
  return `ClusterName=test
SlurmctldHost=${host}(127.0.0.1)
SlurmctldPort=${port}
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
# A requeued job starts when the credential of its last start has expired: by default, after 120 s.
AuthInfo=socket=${folder}/munge/socket,cred_expire=5
CommunicationParameters=NoCtldInAddrAny,NoInAddrAny
StateSaveLocation=${folder}/ctld
SlurmdSpoolDir=${folder}/slurmd-%n
SlurmctldPidFile=${folder}/slurmctld.pid
SlurmdPidFile=${folder}/slurmd-%n.pid
SlurmctldLogFile=${folder}/slurmctld.log
SlurmdLogFile=${folder}/slurmd-%n.log
MailProg=/bin/true
MpiDefault=none
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core_Memory
SlurmdParameters=config_overrides
SchedulerType=sched/backfill
SchedulerParameters=batch_sched_delay=0,sched_min_interval=0,sched_interval=2,bf_interval=2
KillWait=10
ReturnToService=2
# A lost node is noticed after about half a minute; the default takes ten times as long.
SlurmctldTimeout=10
SlurmdTimeout=10
${nodes.map((node, i) => `NodeName=${node} NodeHostname=${host} NodeAddr=127.0.0.1 ` +
    `Port=${others[i]} CPUs=1 RealMemory=8000 State=UNKNOWN`).join('\n')}
PartitionName=test Nodes=ALL Default=YES MaxTime=INFINITE State=UP
`;
}
