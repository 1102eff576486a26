// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

enum MasternodeStatus {
    None,
    Registered,
    Admitted,
    Leaving,
    Left
}

enum MasternodeEvent {
    Register,
    Admit,
    Leave,
    Unbond
}

/// @title The masternodes: who may open leases, measure devices and sign settlements.
/// @dev At most 256 are admitted at a time, each in a seat of its own, so that sets of them are bitmaps in one word.
/// An admitted masternode is active unless it posted no settlement file for three periods.
interface IMasternodes {
    struct Registration {
        /// Owns the masternode and receives what it earns.
        address operator;
        bytes32 tlsKeyHash;
        bytes32 region;
        string endpoint;
    }

    struct Masternode {
        /// Owns it: receives what it earns, gets the stake back.
        address operator;
        /// Its hot key: signs roots, sends transactions.
        address signer;
        MasternodeStatus status;
        uint8 seat;
        uint40 unbondsAt;
        uint96 stake;
        bytes32 tlsKeyHash;
        bytes32 region;
        string endpoint;
    }

    event MasternodeRegistered(uint32 indexed masternode, address indexed operator, address indexed signer);
    event MasternodeUpdated(uint32 indexed masternode, bytes32 tlsKeyHash, bytes32 region, string endpoint);
    event MasternodeAdmitted(uint32 indexed masternode, uint8 seat);
    event MasternodeLeaving(uint32 indexed masternode, uint256 unbondsAt);
    event StakeWithdrawn(uint32 indexed masternode, address indexed to, uint256 amount);
    event StakeTermsChanged(uint256 stake, uint256 unbondingSeconds);
    event WitnessesChanged(uint256 witnesses);

    error MasternodesUnknown(uint32 masternode);
    error MasternodesIllegalTransition(uint32 masternode, MasternodeStatus status, MasternodeEvent happened);
    error MasternodesStakeWrong(uint256 sent, uint256 needed);
    error MasternodesSignerInUse(address signer);
    error MasternodesOperatorInvalid(address operator);
    error MasternodesEndpointInvalid(uint256 length);
    error MasternodesNotOperator(uint32 masternode, address caller);
    error MasternodesSeatsFull();
    error MasternodesIdsUsedUp();
    error MasternodesBonded(uint32 masternode, uint256 until);
    error MasternodesStakeRefused(address to, uint256 amount);
    error MasternodesCallerNotSettlement(address caller);
    error MasternodesOutOfRange(uint256 value, uint256 least, uint256 most);

    /// @notice Registers the caller's key as a masternode's and bonds exactly the stake. The hot key registers itself, so
    /// nobody can claim another's.
    /// @custom:caller anyone
    /// @custom:changes a new masternode, registered
    function register(Registration calldata registration) external payable returns (uint32 masternode);

    /// @notice Gives a registered masternode the lowest seat that is free and was so all the running period.
    /// @custom:caller owner
    /// @custom:changes the masternode becomes admitted
    function admit(uint32 masternode) external;

    /// @notice Sets where the masternode is reached and by which TLS key.
    /// @custom:caller its operator
    /// @custom:changes its TLS key hash, region and endpoint
    function update(uint32 masternode, bytes32 tlsKeyHash, bytes32 region, string calldata endpoint) external;

    /// @notice Frees the seat and starts the unbonding.
    /// @custom:caller its operator; owner
    /// @custom:changes the masternode becomes leaving
    function startLeaving(uint32 masternode) external;

    /// @notice Pays the stake back after the unbonding.
    /// @custom:caller its operator
    /// @custom:changes the masternode has left; its stake goes to `to`
    function withdrawStake(uint32 masternode, address to) external;

    /// @notice Records that the masternode in `seat` posted a file for `period`.
    /// @custom:caller the settlement
    /// @custom:changes the masternode's activity
    function recordFile(uint8 seat, uint256 period) external;

    /// @notice Sets the stake (for masternodes registered from now on) and the unbonding time (for those that leave).
    /// @custom:caller owner
    /// @custom:changes stake, unbonding time
    function setStakeTerms(uint96 stake, uint40 unbondingSeconds) external;

    /// @notice Sets how many masternodes witness a device, 3 to 7.
    /// @custom:caller owner
    /// @custom:changes the number of witnesses
    function setWitnesses(uint8 witnesses) external;

    function masternode(uint32 id) external view returns (Masternode memory);

    /// @notice The masternode with this hot key, 0 when there is none that is registered or admitted.
    function idOf(address signer) external view returns (uint32);

    /// @notice The active masternode with this hot key, 0 when there is none.
    function activeIdOf(address signer) external view returns (uint32);

    /// @notice Whether the masternode is admitted and posted files lately.
    function isActive(uint32 masternode) external view returns (bool);

    /// @notice The active masternodes, one bit per seat.
    function activeSeats() external view returns (uint256);

    /// @notice One bit for each seat that is taken, by an active masternode or one that sleeps.
    function admittedSeats() external view returns (uint256);

    /// @notice The masternode in `seat`, 0 when the seat is free.
    function inSeat(uint8 seat) external view returns (uint32);

    /// @notice The seat of an admitted masternode by its hot key.
    function seatOf(address signer) external view returns (bool admitted, uint8 seat);

    /// @notice Where the masternode's earnings go, also after it left.
    function payeeOf(uint32 masternode) external view returns (address);

    /// @notice How many masternodes witness a device in a period.
    function witnesses() external view returns (uint256);

    function stakeTerms() external view returns (uint256 stake, uint256 unbondingSeconds);
}
