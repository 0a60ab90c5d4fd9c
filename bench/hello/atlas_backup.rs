use atlas_backup::Client;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), atlas_backup::Error> {
    let client = Client::from_env()?;
    let call = client.get_backup_restore_job().group_id("32b6e34b3d91647abb20e7b8").cluster_name("Cluster0");
    let job = call.restore_job_id("6a794733c0eb9e7a17740671").send().await?;
    println!("{:?}", job.finished_at);
    Ok(())
}
