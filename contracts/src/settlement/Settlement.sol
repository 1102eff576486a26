// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { MerkleProof } from "@openzeppelin/contracts/utils/cryptography/MerkleProof.sol";
import { ReentrancyGuardTransient } from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import { Calendar } from "../base/Calendar.sol";
import { Governed } from "../base/Governed.sol";
import { Payouts } from "../base/Payouts.sol";
import { System } from "../base/System.sol";
import { ILeases } from "../leases/ILeases.sol";
import { Files } from "./Files.sol";
import { ISettlement } from "./ISettlement.sol";
import { Leaves } from "./Leaves.sol";
import { Roots } from "./Roots.sol";

/// @title The settlement of a period: one root that a quorum of masternodes signed, and what may be claimed by it.
/// @dev Parts: {Files} (what was witnessed), {Roots} (what was agreed). Here: what is paid by a proof.
contract Settlement is Roots, Governed, Payouts, ReentrancyGuardTransient {
    uint256 private constant MONTH_SECONDS = 30 days;

    ILeases private constant LEASES = ILeases(System.LEASES);

    constructor(uint256 genesisTime_, uint256 periodSeconds_, uint256 postingSeconds_)
        Calendar(genesisTime_, periodSeconds_)
        Files(postingSeconds_)
    { }

    function initialize(address owner_, EmissionShares calldata shares) external initializer {
        __Ownable_init(owner_);
        __EIP712_init("NexQloud Settlement", "1");
        _setEmissionShares(genesisTime, shares);
    }

    /// @inheritdoc ISettlement
    function payRewards(uint256 period, Reward[] calldata rewards, Proof calldata proof)
        external
        nonReentrant
    {
        bytes32[] memory leaves = new bytes32[](rewards.length);
        for (uint256 i = 0; i < rewards.length; ++i) {
            leaves[i] = Leaves.reward(rewards[i]);
        }
        _requireProof(period, leaves, proof);
        uint256 left = _settlement().settled[period].potLeft;
        for (uint256 i = 0; i < rewards.length; ++i) {
            left -= _payReward(period, rewards[i], left);
        }
        _settlement().settled[period].potLeft = uint96(left);
    }

    /// @inheritdoc ISettlement
    function payBills(uint256 period, ILeases.Bill[] calldata bills, Proof calldata proof)
        external
        nonReentrant
    {
        bytes32[] memory leaves = new bytes32[](bills.length);
        for (uint256 i = 0; i < bills.length; ++i) {
            leaves[i] = Leaves.bill(bills[i].instance, bills[i].token, bills[i].secondsSeen);
        }
        _requireProof(period, leaves, proof);
        LEASES.bill(period, bills);
    }

    /// @inheritdoc ISettlement
    function payCredits(uint256 period, Credit[] calldata credits, Proof calldata proof)
        external
        nonReentrant
    {
        bytes32[] memory leaves = new bytes32[](credits.length);
        for (uint256 i = 0; i < credits.length; ++i) {
            leaves[i] = Leaves.credit(credits[i]);
        }
        _requireProof(period, leaves, proof);
        uint256 monthsOver = ((period + 1) * periodSeconds) / MONTH_SECONDS;
        for (uint256 i = 0; i < credits.length; ++i) {
            if (credits[i].month < monthsOver) {
                TREASURY.payCredit(period, credits[i].instance, credits[i].month, credits[i].amount);
            } else {
                emit CreditRefused(period, credits[i].instance, credits[i].month);
            }
        }
    }

    /// @inheritdoc ISettlement
    function setEmissionShares(EmissionShares calldata shares) external onlyOwner {
        uint256 sum = uint256(shares.contributorsBps) + shares.validatorsBps;
        if (shares.contributorsBps < 6000 || sum > 10_000) {
            revert SettlementSharesInvalid(shares.contributorsBps, shares.validatorsBps);
        }
        _setEmissionShares(block.timestamp, shares);
        emit EmissionSharesChanged(shares.contributorsBps, shares.validatorsBps);
    }

    /// @inheritdoc ISettlement
    function isPaid(uint256 period, uint32 device) external view returns (bool) {
        return _settlement().paid[period][device >> 8] & (1 << (device & 0xff)) != 0;
    }

    /// @dev Books the reward before it is pushed; returns what it takes from the pot.
    function _payReward(uint256 period, Reward calldata reward, uint256 left) private returns (uint256) {
        mapping(uint256 word => uint256) storage paid = _settlement().paid[period];
        (uint256 word, uint256 bit) = (reward.device >> 8, 1 << (reward.device & 0xff));
        if (paid[word] & bit != 0) {
            emit RewardSkipped(period, reward.device, SkipReason.AlreadyPaid);
            return 0;
        }
        if (reward.amount > left) {
            emit RewardSkipped(period, reward.device, SkipReason.PotExceeded);
            return 0;
        }
        paid[word] |= bit;
        emit RewardPaid(period, reward.device, reward.account, reward.amount);
        _pay(reward.account, reward.amount);
        return reward.amount;
    }

    function _requireProof(uint256 period, bytes32[] memory leaves, Proof calldata proof) private view {
        bytes32 root = _settlement().settled[period].root;
        if (root == 0) revert SettlementNoRoot(period);
        bool valid =
            leaves.length > 0 && MerkleProof.multiProofVerifyCalldata(proof.nodes, proof.flags, root, leaves);
        if (!valid) revert SettlementProofInvalid(period);
    }
}
