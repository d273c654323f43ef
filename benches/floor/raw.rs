//! The floor: the same objects and the same waits as `lab`'s, by hand, in the
//! same order and side by side where `lab`'s plan has them so, with nothing in
//! between. It reads what is wanted from the plan's specifications, and knows
//! the rest, on purpose, only for the one lab of this bench.

use super::Result;
use bollard::Docker;
use bollard::exec::{CreateExecOptions, StartExecOptions, StartExecResults};
use bollard::models::{
    ContainerCreateBody, EndpointIpamConfig, EndpointSettings, HostConfig, HostConfigLogConfig, Ipam, IpamConfig,
    Mount, MountType, NetworkConnectRequest, NetworkCreateRequest, NetworkingConfig, PortBinding, ResourcesUlimits,
    VolumeCreateRequest,
};
use bollard::query_parameters::{
    CreateContainerOptionsBuilder, RemoveContainerOptionsBuilder, RemoveVolumeOptionsBuilder, StartContainerOptions,
    UploadToContainerOptionsBuilder,
};
use futures_util::future::{BoxFuture, FutureExt, Shared, try_join_all};
use futures_util::stream::StreamExt;
use lab_runner::engine::Owner;
use lab_runner::plan::subnet::Subnet;
use lab_runner::plan::{
    Attachment, ContainerSpec, Desired, GATE_PORT, GateAccess, NetworkPart, NetworkSpec, gate_path,
};
use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;
use tokio_socks::tcp::Socks5Stream;

/// An environment made by hand.
pub struct Floor<'a> {
    /// The engine.
    pub docker: &'a Docker,
    /// What is wanted.
    pub desired: &'a Desired,
    /// The gate's user and password.
    pub access: &'a GateAccess,
}

/// What several wait for; its error in words, for each of them gets it.
type Awaited<'a, T> = Shared<BoxFuture<'a, std::result::Result<T, String>>>;

impl Floor<'_> {
    /// Network and volume, gate and two containers, until the service serves.
    pub async fn up(&self) -> Result<()> {
        self.up_with(None).await.map(drop)
    }

    /// The same as a clean room, with a folder in it, a command run there, and
    /// all of it removed.
    pub async fn room(&self, folder: &[u8]) -> Result<()> {
        let toolbox = self.up_with(Some(folder)).await?;
        exec(self.docker, &toolbox, &["true"]).await?;
        self.down().await
    }

    /// The toolbox's id.
    async fn up_with(&self, folder: Option<&[u8]>) -> Result<String> {
        let volume = shared(self.volume());
        let [gate_network, room_network] =
            [NetworkPart::Gate, NetworkPart::Room].map(|part| shared(self.network(part)));
        let (gate_net, room_net, ground) = (gate_network.clone(), room_network.clone(), volume.clone());
        let gate = shared(async move {
            let spec = self.spec("gate")?;
            let ((network, subnet), ()) = tokio::try_join!(gate_net, ground)?;
            let id = self.create(spec, &network, subnet).await?;
            let (network, _) = room_net.await?;
            let endpoint_config = Some(endpoint(&spec.attachments[1], None));
            let request = NetworkConnectRequest { container: id.clone(), endpoint_config };
            self.docker.connect_network(&network, request).await?;
            let (_, port) = self.start(&id, GATE_PORT).await?;
            if let Some(folder) = folder {
                self.upload(&id, folder).await?;
            }
            let proxy = SocketAddr::from((Ipv4Addr::LOCALHOST, port.ok_or("the gate has no port")?));
            self.wait(proxy, (Ipv4Addr::LOCALHOST, 0).into(), Duration::from_millis(5), 2.0).await?;
            Ok(proxy)
        });
        let web = async {
            let ((network, subnet), ()) = tokio::try_join!(room_network.clone(), volume.clone())?;
            let id = self.create(self.spec("web")?, &network, subnet).await?;
            let (address, _) = self.start(&id, 8080).await?;
            let target = SocketAddr::new(address.ok_or("the service has no address")?, 8080);
            let proxy = gate.clone().await?;
            self.wait(proxy, target, Duration::from_millis(20), 1.5).await
        };
        let toolbox = async {
            let ((network, subnet), ()) = tokio::try_join!(room_network.clone(), volume.clone())?;
            let id = self.create(self.spec("toolbox")?, &network, subnet).await?;
            // A room's volumes lie in memory, which the gate holds.
            if folder.is_some() {
                gate.clone().await?;
            }
            self.start(&id, 0).await.map(|_| id)
        };
        let ((), (), toolbox) = tokio::try_join!(async { Ok(gate.clone().await.map(drop)?) }, web, toolbox)?;
        Ok(toolbox)
    }

    async fn upload(&self, gate: &str, folder: &[u8]) -> Result<()> {
        let project = &self.desired.project;
        let path = gate_path(project, &format!("{}-work", project.name));
        let options = UploadToContainerOptionsBuilder::new().path(&path).build();
        let body = bollard::body_full(folder.to_vec().into());
        Ok(self.docker.upload_to_container(gate, Some(options), body).await?)
    }

    /// Containers first, for they hold what the rest is.
    pub async fn down(&self) -> Result<()> {
        let options = RemoveContainerOptionsBuilder::new().force(true).v(true).build();
        let containers = self.desired.containers.iter();
        let removals = containers.map(|spec| self.docker.remove_container(&spec.name, Some(options.clone())));
        try_join_all(removals).await?;
        let networks = try_join_all(self.desired.networks.iter().map(|spec| self.docker.remove_network(&spec.name)));
        let options = RemoveVolumeOptionsBuilder::new().force(true).build();
        let volumes = self.desired.volumes.iter();
        let volumes = try_join_all(volumes.map(|spec| self.docker.remove_volume(&spec.name, Some(options.clone()))));
        tokio::try_join!(networks, volumes)?;
        Ok(())
    }

    fn spec(&self, role: &str) -> Result<&ContainerSpec> {
        Ok(self.desired.containers.iter().find(|spec| spec.role.as_str() == role).ok_or("no such container")?)
    }

    fn labels(&self) -> HashMap<String, String> {
        let project = &self.desired.project;
        let label = |name: &str, value: &str| (format!("org.lab-runner.{name}"), value.to_owned());
        HashMap::from([
            label("project", &project.name),
            label("kind", "playground"),
            label("lab", project.lab.as_str()),
            label("workspace", &project.workspace.to_string_lossy()),
            label("owner", &Owner::current().0),
        ])
    }

    async fn volume(&self) -> Result<()> {
        for spec in &self.desired.volumes {
            let (uid, gid) = spec.owner;
            let options = spec.in_memory.map(|size| {
                let o = format!("size={size},uid={uid},gid={gid},mode=0755");
                let option = |name: &str, value: &str| (name.to_owned(), value.to_owned());
                HashMap::from([option("type", "tmpfs"), option("device", "tmpfs"), option("o", &o)])
            });
            let request = VolumeCreateRequest {
                name: Some(spec.name.clone()),
                driver: Some("local".to_owned()),
                driver_opts: options,
                labels: Some(self.labels()),
                ..VolumeCreateRequest::default()
            };
            self.docker.create_volume(request).await?;
        }
        Ok(())
    }

    async fn network(&self, part: NetworkPart) -> Result<(String, Subnet)> {
        let spec: &NetworkSpec =
            self.desired.networks.iter().find(|spec| spec.part == part).ok_or("no such network")?;
        let mut labels = self.labels();
        labels.insert("org.lab-runner.part".to_owned(), part.suffix().to_owned());
        for subnet in &spec.subnets {
            let config = IpamConfig { subnet: Some(subnet.to_string()), ..IpamConfig::default() };
            let request = NetworkCreateRequest {
                name: spec.name.clone(),
                driver: Some("bridge".to_owned()),
                internal: Some(spec.isolated),
                options: spec
                    .isolated
                    .then(|| HashMap::from([("com.docker.network.bridge.inhibit_ipv4".to_owned(), "true".to_owned())])),
                enable_ipv6: Some(false),
                ipam: Some(Ipam { config: Some(vec![config]), ..Ipam::default() }),
                labels: Some(labels.clone()),
                ..NetworkCreateRequest::default()
            };
            // Taken ones are refused, as they are to `lab`.
            if let Ok(created) = self.docker.create_network(request).await {
                return Ok((created.id, *subnet));
            }
        }
        Err("no free subnet".into())
    }

    async fn create(&self, spec: &ContainerSpec, network: &str, subnet: Subnet) -> Result<String> {
        let address = spec.attachments.first().and_then(|first| first.address).map(|n| subnet.address(n));
        let gate = address.map(|address| address.to_string()).unwrap_or_default();
        let command = spec.command.iter().flatten().map(|word| word.replace("{gate}", &gate)).collect();
        let mut labels = self.labels();
        labels.insert("org.lab-runner.service".to_owned(), spec.role.to_string());
        labels.insert("org.lab-runner.spec".to_owned(), spec.hash());
        let ports: Vec<String> = spec.publish.iter().map(|port| format!("{port}/tcp")).collect();
        let endpoints = HashMap::from([(network.to_owned(), endpoint(&spec.attachments[0], address))]);
        let body = ContainerCreateBody {
            image: Some(spec.image.clone()),
            hostname: Some(spec.role.to_string()),
            entrypoint: spec.entrypoint.clone(),
            cmd: Some(command),
            user: spec.user.clone(),
            env: Some(spec.env.iter().map(|(name, value)| format!("{name}={value}")).collect()),
            labels: Some(labels),
            exposed_ports: Some(ports.clone()),
            host_config: Some(host_config(spec, network, ports)),
            networking_config: Some(NetworkingConfig { endpoints_config: Some(endpoints) }),
            ..ContainerCreateBody::default()
        };
        let options = CreateContainerOptionsBuilder::new().name(&spec.name).build();
        Ok(self.docker.create_container(Some(options), body).await?.id)
    }

    /// Starts a container; its address in the room and where a port of it is.
    async fn start(&self, id: &str, port: u16) -> Result<(Option<IpAddr>, Option<u16>)> {
        self.docker.start_container(id, None::<StartContainerOptions>).await?;
        let settings = self.docker.inspect_container(id, None).await?.network_settings.unwrap_or_default();
        let room = format!("-{}", NetworkPart::Room.suffix());
        let networks = settings.networks.unwrap_or_default();
        let found = networks.iter().find(|(name, _)| name.ends_with(&room));
        let address = found.and_then(|(_, endpoint)| endpoint.ip_address.as_ref()?.parse().ok());
        let ports = settings.ports.unwrap_or_default();
        let bindings = ports.get(&format!("{port}/tcp")).and_then(Option::as_ref);
        let published =
            bindings.and_then(|bindings| bindings.iter().find_map(|one| one.host_port.as_ref()?.parse().ok()));
        Ok((address, published))
    }

    /// Asks through the gate, with growing pauses, until somebody answers: the
    /// target, or for port 0 the gate itself, which refuses it.
    async fn wait(&self, proxy: SocketAddr, target: SocketAddr, mut pause: Duration, growth: f64) -> Result<()> {
        for _ in 0..600 {
            let GateAccess { user, password } = self.access;
            match Socks5Stream::connect_with_password(proxy, target, user, password).await {
                Ok(_) => return Ok(()),
                Err(tokio_socks::Error::ConnectionRefused) if target.port() == 0 => return Ok(()),
                Err(_) => tokio::time::sleep(pause).await,
            }
            pause = pause.mul_f64(growth).min(Duration::from_millis(100));
        }
        Err("nothing answers".into())
    }
}

fn shared<'a, T: Clone>(work: impl Future<Output = Result<T>> + Send + 'a) -> Awaited<'a, T> {
    work.map(|done| done.map_err(|error| error.to_string())).boxed().shared()
}

fn host_config(spec: &ContainerSpec, network: &str, ports: Vec<String>) -> HostConfig {
    let memory = i64::try_from(spec.memory).unwrap_or(i64::MAX);
    let mount = |typ, source: String, path: &str, read_only| Mount {
        typ: Some(typ),
        source: Some(source),
        target: Some(path.to_owned()),
        read_only: Some(read_only),
        ..Mount::default()
    };
    let volumes = spec.volumes.iter();
    let volumes = volumes.map(|one| mount(MountType::VOLUME, one.volume.clone(), &one.path, one.read_only));
    let binds = spec.binds.iter().map(|one| mount(MountType::BIND, one.host.display().to_string(), &one.path, false));
    let binding = || PortBinding { host_ip: Some("127.0.0.1".to_owned()), host_port: Some(String::new()) };
    HostConfig {
        network_mode: Some(network.to_owned()),
        port_bindings: Some(ports.into_iter().map(|port| (port, Some(vec![binding()]))).collect()),
        mounts: Some(volumes.chain(binds).collect()),
        tmpfs: Some(spec.tmpfs.iter().cloned().collect()),
        readonly_rootfs: Some(true),
        cap_drop: Some(vec!["ALL".to_owned()]),
        cap_add: Some(spec.capabilities.clone()),
        security_opt: Some(vec!["no-new-privileges".to_owned()]),
        memory: Some(memory),
        memory_swap: Some(memory),
        pids_limit: Some(i64::from(spec.pids)),
        sysctls: Some(spec.sysctls.iter().cloned().collect()),
        ulimits: Some(vec![ResourcesUlimits {
            name: Some("fsize".to_owned()),
            soft: Some(1 << 30),
            hard: Some(1 << 30),
        }]),
        log_config: Some(HostConfigLogConfig {
            typ: Some("json-file".to_owned()),
            config: Some(HashMap::from([
                ("max-size".to_owned(), "2m".to_owned()),
                ("max-file".to_owned(), "2".to_owned()),
            ])),
        }),
        ..HostConfig::default()
    }
}

fn endpoint(attachment: &Attachment, fixed: Option<Ipv4Addr>) -> EndpointSettings {
    EndpointSettings {
        aliases: Some(attachment.aliases.clone()),
        ipam_config: fixed.map(|address| EndpointIpamConfig {
            ipv4_address: Some(address.to_string()),
            ..EndpointIpamConfig::default()
        }),
        ..EndpointSettings::default()
    }
}

/// A command in a container, its output read to the end, its exit code asked.
pub async fn exec(docker: &Docker, container: &str, argv: &[&str]) -> Result<()> {
    let options = CreateExecOptions {
        attach_stdout: Some(true),
        attach_stderr: Some(true),
        cmd: Some(argv.iter().map(|word| (*word).to_owned()).collect()),
        user: Some("1000:1000".to_owned()),
        working_dir: Some("/work".to_owned()),
        ..CreateExecOptions::default()
    };
    let exec = docker.create_exec(container, options).await?.id;
    if let StartExecResults::Attached { mut output, .. } = docker.start_exec(&exec, None::<StartExecOptions>).await? {
        while let Some(chunk) = output.next().await {
            chunk?;
        }
    }
    match docker.inspect_exec(&exec).await?.exit_code {
        Some(0) => Ok(()),
        other => Err(format!("{argv:?} ended with {other:?}").into()),
    }
}
