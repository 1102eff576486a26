// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { ReentrancyGuardTransient } from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import { Calendar } from "../base/Calendar.sol";
import { Governed } from "../base/Governed.sol";
import { System } from "../base/System.sol";
import { IMasternodes, MasternodeEvent, MasternodeStatus } from "./IMasternodes.sol";
import { MasternodeTable } from "./MasternodeTable.sol";

/// @title The masternodes: who may open leases, measure devices and sign settlements.
/// @dev Seats make sets of them bitmaps, so activity is three words of posted files and costs no loop.
contract Masternodes is IMasternodes, Calendar, Governed, ReentrancyGuardTransient {
    struct Founding {
        address signer;
        Registration registration;
    }

    /// @custom:storage-location erc7201:nexqloud.storage.Masternodes
    struct MasternodesStorage {
        uint96 stake;
        uint40 unbondingSeconds;
        uint8 witnesses;
        uint32 count;
        /// One bit per seat that is taken.
        uint256 seats;
        mapping(uint8 seat => uint32) inSeat;
        mapping(address signer => uint32) ids;
        mapping(uint32 id => Masternode) masternodes;
        /// Seats that posted a file for the period, or were admitted in it.
        mapping(uint256 period => uint256) posted;
        /// Seats that were left in the period.
        mapping(uint256 period => uint256) left;
    }

    // keccak256(abi.encode(uint256(keccak256("nexqloud.storage.Masternodes")) - 1)) & ~bytes32(uint256(0xff))
    bytes32 private constant MASTERNODES_STORAGE =
        0xd103be3d2fcb3f0147834ee401d49c38c52d49e45c972b3dc22dc0fa2849ed00;

    /// @dev Periods without a file after which a masternode is not active.
    uint256 private constant ACTIVE_PERIODS = 3;
    uint256 private constant MAX_ENDPOINT = 255;
    uint256 private constant MAX_UNBONDING = 365 days;

    /// @notice How long after a period's end its files are due, in seconds.
    uint256 public immutable postingSeconds;

    constructor(uint256 genesisTime_, uint256 periodSeconds_, uint256 postingSeconds_)
        Calendar(genesisTime_, periodSeconds_)
    {
        postingSeconds = postingSeconds_;
    }

    /// @dev Founding masternodes bond nothing: their stake would have to come from a supply that is not out yet.
    function initialize(
        address owner_,
        uint96 stake,
        uint40 unbondingSeconds,
        uint8 witnesses_,
        Founding[] calldata founding
    ) external initializer {
        __Ownable_init(owner_);
        MasternodesStorage storage $ = _masternodes();
        ($.stake, $.unbondingSeconds, $.witnesses) = (stake, unbondingSeconds, witnesses_);
        for (uint256 i = 0; i < founding.length; ++i) {
            _admit(_register(founding[i].signer, founding[i].registration, 0));
        }
    }

    /// @inheritdoc IMasternodes
    function register(Registration calldata registration) external payable returns (uint32) {
        uint96 stake = _masternodes().stake;
        if (msg.value != stake) revert MasternodesStakeWrong(msg.value, stake);
        return _register(msg.sender, registration, stake);
    }

    /// @inheritdoc IMasternodes
    function admit(uint32 id) external onlyOwner {
        _admit(id);
    }

    /// @inheritdoc IMasternodes
    function update(uint32 id, bytes32 tlsKeyHash, bytes32 region, string calldata endpoint) external {
        Masternode storage node = _own(id);
        _requireEndpoint(endpoint);
        (node.tlsKeyHash, node.region, node.endpoint) = (tlsKeyHash, region, endpoint);
        emit MasternodeUpdated(id, tlsKeyHash, region, endpoint);
    }

    /// @inheritdoc IMasternodes
    function startLeaving(uint32 id) external {
        MasternodesStorage storage $ = _masternodes();
        Masternode storage node = $.masternodes[id];
        if (msg.sender != owner() && msg.sender != node.operator) {
            revert MasternodesNotOperator(id, msg.sender);
        }
        if (node.status == MasternodeStatus.Admitted) _freeSeat(node.seat);
        node.status = MasternodeTable.next(id, node.status, MasternodeEvent.Leave);
        node.unbondsAt = uint40(block.timestamp + $.unbondingSeconds);
        delete $.ids[node.signer];
        emit MasternodeLeaving(id, node.unbondsAt);
    }

    /// @inheritdoc IMasternodes
    function withdrawStake(uint32 id, address to) external nonReentrant {
        Masternode storage node = _own(id);
        node.status = MasternodeTable.next(id, node.status, MasternodeEvent.Unbond);
        if (block.timestamp < node.unbondsAt) revert MasternodesBonded(id, node.unbondsAt);
        uint256 amount = node.stake;
        node.stake = 0;
        emit StakeWithdrawn(id, to, amount);
        (bool sent,) = to.call{ value: amount }("");
        if (!sent) revert MasternodesStakeRefused(to, amount);
    }

    /// @inheritdoc IMasternodes
    function recordFile(uint8 seat, uint256 period) external {
        if (msg.sender != System.SETTLEMENT) revert MasternodesCallerNotSettlement(msg.sender);
        _masternodes().posted[period] |= 1 << seat;
    }

    /// @inheritdoc IMasternodes
    function setStakeTerms(uint96 stake, uint40 unbondingSeconds) external onlyOwner {
        if (unbondingSeconds > MAX_UNBONDING) {
            revert MasternodesOutOfRange(unbondingSeconds, 0, MAX_UNBONDING);
        }
        MasternodesStorage storage $ = _masternodes();
        ($.stake, $.unbondingSeconds) = (stake, unbondingSeconds);
        emit StakeTermsChanged(stake, unbondingSeconds);
    }

    /// @inheritdoc IMasternodes
    function setWitnesses(uint8 witnesses_) external onlyOwner {
        if (witnesses_ < 3 || witnesses_ > 7) revert MasternodesOutOfRange(witnesses_, 3, 7);
        _masternodes().witnesses = witnesses_;
        emit WitnessesChanged(witnesses_);
    }

    /// @inheritdoc IMasternodes
    function masternode(uint32 id) external view returns (Masternode memory) {
        return _masternodes().masternodes[id];
    }

    /// @inheritdoc IMasternodes
    function idOf(address signer) external view returns (uint32) {
        return _masternodes().ids[signer];
    }

    /// @inheritdoc IMasternodes
    function activeIdOf(address signer) external view returns (uint32 id) {
        id = _masternodes().ids[signer];
        return isActive(id) ? id : 0;
    }

    /// @inheritdoc IMasternodes
    function isActive(uint32 id) public view returns (bool) {
        Masternode storage node = _masternodes().masternodes[id];
        return node.status == MasternodeStatus.Admitted && activeSeats() & (1 << node.seat) != 0;
    }

    /// @inheritdoc IMasternodes
    /// @dev Active: posted in one of the last three periods whose files are due by now, or later.
    function activeSeats() public view returns (uint256 active) {
        MasternodesStorage storage $ = _masternodes();
        uint256 current = currentPeriod();
        bool due = block.timestamp > periodStart(current) + postingSeconds;
        uint256 window = ACTIVE_PERIODS + (due ? 0 : 1);
        for (uint256 back = 0; back <= window && back <= current; ++back) {
            active |= $.posted[current - back];
        }
        return active & $.seats;
    }

    /// @inheritdoc IMasternodes
    function admittedSeats() external view returns (uint256) {
        return _masternodes().seats;
    }

    /// @inheritdoc IMasternodes
    function inSeat(uint8 seat) external view returns (uint32) {
        return _masternodes().inSeat[seat];
    }

    /// @inheritdoc IMasternodes
    function seatOf(address signer) external view returns (bool admitted, uint8 seat) {
        MasternodesStorage storage $ = _masternodes();
        Masternode storage node = $.masternodes[$.ids[signer]];
        return (node.status == MasternodeStatus.Admitted, node.seat);
    }

    /// @inheritdoc IMasternodes
    function payeeOf(uint32 id) external view returns (address) {
        return _masternodes().masternodes[id].operator;
    }

    /// @inheritdoc IMasternodes
    function witnesses() external view returns (uint256) {
        return _masternodes().witnesses;
    }

    /// @inheritdoc IMasternodes
    function stakeTerms() external view returns (uint256 stake, uint256 unbondingSeconds) {
        return (_masternodes().stake, _masternodes().unbondingSeconds);
    }

    function _register(address signer, Registration calldata registration, uint96 stake)
        private
        returns (uint32 id)
    {
        MasternodesStorage storage $ = _masternodes();
        if (registration.operator == address(0)) revert MasternodesOperatorInvalid(registration.operator);
        if ($.ids[signer] != 0) revert MasternodesSignerInUse(signer);
        if ($.count == type(uint24).max) revert MasternodesIdsUsedUp();
        _requireEndpoint(registration.endpoint);
        id = ++$.count;
        $.ids[signer] = id;
        $.masternodes[id] = Masternode({
            operator: registration.operator,
            signer: signer,
            status: MasternodeTable.next(id, MasternodeStatus.None, MasternodeEvent.Register),
            seat: 0,
            unbondsAt: 0,
            stake: stake,
            tlsKeyHash: registration.tlsKeyHash,
            region: registration.region,
            endpoint: registration.endpoint
        });
        emit MasternodeRegistered(id, registration.operator, signer);
        emit MasternodeUpdated(id, registration.tlsKeyHash, registration.region, registration.endpoint);
    }

    /// @dev An admission counts as a file, so that a newcomer is active until its own are due.
    function _admit(uint32 id) private {
        MasternodesStorage storage $ = _masternodes();
        Masternode storage node = $.masternodes[id];
        node.status = MasternodeTable.next(id, node.status, MasternodeEvent.Admit);
        uint8 seat = _lowestFree($.seats | $.left[currentPeriod()]);
        node.seat = seat;
        $.inSeat[seat] = id;
        $.seats |= 1 << seat;
        $.posted[currentPeriod()] |= 1 << seat;
        emit MasternodeAdmitted(id, seat);
    }

    /// @dev The seat stays empty for the running period, in which the settlement may take the file, or what it says it
    /// holds, of whoever left it. What it posted stays: the next one's admission counts for a later period.
    function _freeSeat(uint8 seat) private {
        MasternodesStorage storage $ = _masternodes();
        $.seats &= ~(1 << seat);
        $.left[currentPeriod()] |= 1 << seat;
        delete $.inSeat[seat];
    }

    function _lowestFree(uint256 seats) private pure returns (uint8 seat) {
        if (seats == type(uint256).max) revert MasternodesSeatsFull();
        while (seats & 1 != 0) {
            seats >>= 1;
            ++seat;
        }
    }

    function _own(uint32 id) private view returns (Masternode storage node) {
        node = _masternodes().masternodes[id];
        if (node.status == MasternodeStatus.None) revert MasternodesUnknown(id);
        if (msg.sender != node.operator) revert MasternodesNotOperator(id, msg.sender);
    }

    function _requireEndpoint(string calldata endpoint) private pure {
        uint256 length = bytes(endpoint).length;
        if (length == 0 || length > MAX_ENDPOINT) revert MasternodesEndpointInvalid(length);
    }

    function _masternodes() private pure returns (MasternodesStorage storage $) {
        assembly {
            $.slot := MASTERNODES_STORAGE
        }
    }
}
