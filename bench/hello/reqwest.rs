#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let base_url = std::env::var("MONGODB_ATLAS_BASE_URL")?;
    let path = "api/atlas/v2/groups/32b6e34b3d91647abb20e7b8/clusters/Cluster0/backup/restoreJobs/6a794733c0eb9e7a17740671";
    let request = reqwest::Client::new().get(format!("{base_url}/{path}"));
    let request = request.header("accept", "application/vnd.atlas.2023-01-01+json");
    let request = request.bearer_auth(std::env::var("MONGODB_ATLAS_ACCESS_TOKEN")?);
    println!("{}", request.send().await?.error_for_status()?.text().await?);
    Ok(())
}
